/** Cases in which we differ from PyTorch on purpose: what we do, and why. Everything else agrees. */

interface Difference {
  readonly we: 'accepts' | 'refuses';
  readonly why: string;
}

export const differences: Readonly<Record<string, Readonly<Record<string, Difference>>>> = {};
