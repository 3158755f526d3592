import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { BenchmarkContext } from '../benchmark.js';
import { type Product, startProduct } from '../product.js';

export interface FurnishedProduct {
  product: Product;
  client: pg.Client;
}

/** The product on a database of its own that `furnish` has filled. Its first start makes the administrator, which it does only while nobody is there. */
export async function startFurnished(context: BenchmarkContext, cleanup: AsyncDisposableStack, furnish: (client: pg.Client) => Promise<void>, env: NodeJS.ProcessEnv = {}): Promise<FurnishedProduct> {
  const databaseUrl = await context.createDatabase();
  const dataDir = await mkdtemp(join(context.folder, 'product-'));
  await (await startProduct(databaseUrl, dataDir)).stop();
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  cleanup.defer(() => client.end());
  await furnish(client);
  const product = await startProduct(databaseUrl, dataDir, env);
  cleanup.defer(() => product.stop());
  return { product, client };
}
