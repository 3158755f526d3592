import { defineConfig } from '@playwright/test';
import { findBrowser } from './product/browser.js';

/** One product, one browser: the specs share a building, so they run one after another. */
export default defineConfig({
  testDir: 'tests',
  testMatch: '*.spec.ts',
  outputDir: 'results',
  workers: 1,
  timeout: 120_000,
  expect: { timeout: 20_000 },
  globalSetup: './product/before-all.ts',
  use: {
    viewport: { width: 1440, height: 900 },
    locale: 'en-GB',
    trace: 'retain-on-failure',
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: findBrowser(),
      args: [
        '--no-sandbox',
        '--font-render-hinting=none',
        '--disable-gpu',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
        '--disable-component-update',
        '--disable-sync',
      ],
    },
  },
});
