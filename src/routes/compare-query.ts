/** The query of `/v1/compare`: that of an analysis, for both sides. */

import * as z from 'zod';
import { analyzeQuery } from './analyze-query.ts';

const { include: _, ...measured } = analyzeQuery.shape;

export const compareQuery = z.strictObject(measured);
export type CompareQuery = z.output<typeof compareQuery>;
