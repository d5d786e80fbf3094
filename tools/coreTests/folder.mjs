import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'

const quote = (text) => `'${text.replaceAll("'", `'\\''`)}'`

/**
 * A temporary folder with what Core's test framework asks a build of Core for: a config.ini without optional
 * components, and a `bitcoind`. Its process becomes plyd's own, so that signals and the exit code are plyd's.
 */
export function prepareFolder({ core, functional, plyd, cli, python = 'python3' }) {
  const folder = mkdtempSync(join(tmpdir(), 'ply-core-tests-'))
  const bin = join(folder, 'bin')
  mkdirSync(bin)
  const bitcoind = join(bin, 'bitcoind')
  writeFileSync(bitcoind, `#!/bin/sh\nexec ${quote(process.execPath)} ${quote(plyd)} "$@"\n`)
  chmodSync(bitcoind, 0o755)
  const lines = [
    '[environment]',
    'CLIENT_NAME=Ply',
    'CLIENT_BUGREPORT=the authors of Ply',
    `SRCDIR=${resolve(core)}`,
    `BUILDDIR=${folder}`,
    'EXEEXT=',
    `RPCAUTH=${join(resolve(core), 'share/rpcauth/rpcauth.py')}`,
    '[components]',
    'ENABLE_BITCOIND=true',
    'ENABLE_ZMQ=true',
    ...(cli === undefined ? [] : ['ENABLE_CLI=true']),
  ]
  const writeConfig = (name, more, own = lines) => {
    writeFileSync(join(folder, name), [...own, ...more, ''].join('\n'))
    return join(folder, name)
  }
  return {
    folder,
    functional: resolve(functional),
    config: writeConfig('config.ini', []),
    /** For tests of wallets: the others would do more than they need where there are wallets. */
    walletConfig: writeConfig('wallet.ini', ['ENABLE_WALLET=true', 'ENABLE_EXTERNAL_SIGNER=true']),
    /** For the test of the client, which is Bitcoin Core's and goes by its own name. */
    clientConfig: writeConfig(
      'client.ini',
      [],
      lines.map((line) => line.replace(/^CLIENT_NAME=.*/, 'CLIENT_NAME=Bitcoin Core')),
    ),
    cache: join(folder, 'cache'),
    python,
    env: {
      ...process.env,
      BITCOIND: bitcoind,
      PYTHONDONTWRITEBYTECODE: '1',
      ...(cli !== undefined && { BITCOINCLI: resolve(cli) }),
    },
    /** Runs side by side must not take each other's ports: the framework derives them from this number. */
    firstPortSeed: process.pid * 7,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
