import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

export interface TestCertificate {
  certFile: string;
  keyFile: string;
  cert: string;
  key: string;
}

/** Certificates that sign themselves, made when they are needed and gone with their folder. */
export class Certificates {
  #count = 0;

  private constructor(readonly folder: string) {}

  static async open(): Promise<Certificates> {
    return new Certificates(await mkdtemp(join(tmpdir(), 'cupola-tls-')));
  }

  /** `sameKeyAs`: a renewed certificate of the same key. */
  async make(name: string, sameKeyAs?: TestCertificate): Promise<TestCertificate> {
    this.#count += 1;
    const path = join(this.folder, `${name}-${this.#count}`);
    const [certFile, keyFile] = [`${path}.pem`, sameKeyAs?.keyFile ?? `${path}.key`];
    const key = sameKeyAs === undefined ? ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-keyout', keyFile] : ['-key', keyFile];
    await run('openssl', ['req', '-x509', ...key, '-out', certFile, '-days', '2', '-subj', `/CN=${name}`, '-addext', 'subjectAltName=IP:127.0.0.1']);
    return { certFile, keyFile, cert: await readFile(certFile, 'utf8'), key: await readFile(keyFile, 'utf8') };
  }

  remove(): Promise<void> {
    return rm(this.folder, { recursive: true });
  }
}
