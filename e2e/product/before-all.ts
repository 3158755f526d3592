import { Product } from './product.js';
import { furnish } from './furnish.js';

/** Starts the product, gives it a building and people, and says to the specs where it is. */
export default async function beforeAll(): Promise<() => Promise<void>> {
  const product = await Product.start();
  try {
    await furnish(product.url);
  } catch (error) {
    await product.stop();
    throw error;
  }
  process.env['CUPOLA_E2E_URL'] = product.url;
  process.env['CUPOLA_E2E_GATEWAY'] = product.gatewayUrl;
  return () => product.stop();
}
