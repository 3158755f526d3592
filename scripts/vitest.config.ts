import { specs } from '../vitest.preset.ts';

export default { ...specs(), test: { ...specs().test, include: ['*.spec.ts'] } };
