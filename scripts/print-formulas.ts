/** Prints the formula page from the operator table to `docs/formulas.md`. */

import { writeFile } from 'node:fs/promises';
import { formulaPage } from './formula-page.ts';

await writeFile(new URL('../docs/formulas.md', import.meta.url), formulaPage());
