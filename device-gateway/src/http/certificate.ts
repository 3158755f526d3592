import { readFileSync, unwatchFile, watchFile } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { Server } from 'node:https';
import type { TlsConfig } from '../config/gateway-config.js';
import { GatewayConfigError } from '../config/read-gateway-config.js';

export interface Certificate {
  cert: Buffer;
  key: Buffer;
}

/** Reads the certificate and its key, and tries whether they fit. @throws GatewayConfigError naming the setting that is wrong */
export function readCertificate({ certFile, keyFile }: TlsConfig): Certificate {
  const certificate = { cert: read('CUPOLA_GATEWAY_TLS_CERT', certFile), key: read('CUPOLA_GATEWAY_TLS_KEY', keyFile) };
  try {
    createSecureContext(certificate);
  } catch {
    // OpenSSL's own words name neither the file nor what to do about it.
    throw new GatewayConfigError(`CUPOLA_GATEWAY_TLS_KEY ${keyFile} is not the key of the certificate in ${certFile}.`);
  }
  return certificate;
}

/** Takes a renewed certificate over without a restart: sessions go on, new connections get it. @returns stops it */
export function followCertificate(server: Server, config: TlsConfig, onFailure: (error: unknown) => void): () => void {
  const reload = (): void => {
    try {
      server.setSecureContext(readCertificate(config));
    } catch (error) {
      // Half of the files may be written: the old certificate serves until the other half is there.
      onFailure(error);
    }
  };
  const files = [config.certFile, config.keyFile];
  for (const file of files) watchFile(file, { interval: config.checkEveryMs, persistent: false }, reload);
  return () => files.forEach((file) => unwatchFile(file, reload));
}

function read(setting: string, file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw new GatewayConfigError(`${setting} ${file} cannot be read (${(error as NodeJS.ErrnoException).code}).`);
  }
}
