import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { BackendConfig } from '../config/backend-config.js';
import { ConfigError } from '../config/read-backend-config.js';

/** The console's certificate and its key, tried together. @throws ConfigError naming the setting that is wrong */
export function readCertificate({ certFile, keyFile }: NonNullable<BackendConfig['tls']>): { cert: Buffer; key: Buffer } {
  const pair = { cert: read('CUPOLA_TLS_CERT', certFile), key: read('CUPOLA_TLS_KEY', keyFile) };
  try {
    createSecureContext(pair);
  } catch {
    // OpenSSL's own words name neither the file nor what to do about it.
    throw new ConfigError(`CUPOLA_TLS_KEY ${keyFile} is not the key of the certificate in ${certFile}.`);
  }
  return pair;
}

function read(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new ConfigError(`${setting} ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
