/** Prints src/api.ts from ../../openapi/openapi.json; with --check says whether it is what would be printed. A path as the last argument is another document. */

import { readFile, writeFile } from 'node:fs/promises';
import openapiTS, { astToString, COMMENT_HEADER } from 'openapi-typescript';
import ts from 'typescript';

const check = process.argv.includes('--check');
const given = process.argv.slice(2).find((argument) => !argument.startsWith('--'));
const source = given ?? new URL('../../openapi/openapi.json', import.meta.url);
const target = new URL('src/api.ts', import.meta.url);

const document = JSON.parse(await readFile(source, 'utf8'));
leaveOutExamples(document);
const bytes = ts.factory.createTypeReferenceNode('Blob');
const tree = await openapiTS(document, {
  transform: ({ contentMediaType }) => (contentMediaType === 'application/octet-stream' ? bytes : undefined),
});
const printed = COMMENT_HEADER + astToString(tree);

if (!check) {
  await writeFile(target, printed);
} else if ((await readFile(target, 'utf8').catch(() => '')) !== printed) {
  console.error('src/api.ts is not what the OpenAPI document says; run `npm run generate`');
  process.exitCode = 1;
}

/** Whole reports as comments would be half of the file. */
function leaveOutExamples(document) {
  for (const path of Object.values(document.paths)) {
    for (const { requestBody, responses = {} } of Object.values(path)) {
      for (const { content = {} } of [requestBody ?? {}, ...Object.values(responses)]) {
        for (const media of Object.values(content)) {
          delete media.example;
          delete media.examples;
        }
      }
    }
  }
}
