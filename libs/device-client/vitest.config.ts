import { specs } from '../../vitest.preset.ts';

export default specs({ compiled: true });
