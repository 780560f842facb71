/** A network whose names try to be something else in every form, and a policy that it breaks in every way. */

import { check } from '../../../src/questions/check/check.ts';
import { readPolicy } from '../../../src/questions/check/policy.ts';
import type { Check } from '../../../src/questions/check/schema.ts';
import { measureDocument } from '../../measure-document.ts';

export const hostileNames = [
  'a|b` | c',
  '<script>alert(1)</script>',
  ']]><x/>&amp;"\'',
  '100%0A::error file=x,line=1::y',
  '[here](http://evil.example) {0} {{1}}',
  '=cmd|x!A1',
  '𝒻\ufffe𝓃',
];

export function hostileCheck(): Check {
  const document = {
    name: hostileNames.join(' '),
    input: [3, 8, 8],
    layers: hostileNames.map((name) => ({ name, type: 'conv2d', out_channels: 3, kernel_size: 1 })),
  };
  const policy = {
    limits: { max_macs: 1, min_parameters: '1G', max_layers: 100 },
    rules: [
      { description: '<b>&]]>|%::,', type: 'conv2d', max_macs: 1 },
      { name: '*', forbidden: true },
      { max_layers: 2, only_types: 'relu' },
    ],
  };
  return check(measureDocument(document), readPolicy(policy));
}
