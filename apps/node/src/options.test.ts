import { expect, test } from 'vitest'
import { REGTEST, SIGNET } from '@ply/primitives'
import { parseOptions, type PlydOptions } from './options.ts'

function options(...args: string[]): PlydOptions {
  const parsed = parseOptions(args)
  if (!parsed.ok || parsed.value.type !== 'run') throw new Error(JSON.stringify(parsed))
  return parsed.value.options
}

test('alone it is a playground on the usual ports', () => {
  expect(options()).toMatchObject({
    network: REGTEST,
    directory: undefined,
    rpcPort: 18443,
    port: 18444,
    bind: '127.0.0.1',
    automine: { type: 'transaction' },
    accounts: 10,
    lightningPort: 9735,
  })
})

test('with a data directory nothing happens by itself', () => {
  expect(options('-d', '/tmp/x', '--network', 'signet', '--connect', 'a:1', '--addnode=b:2')).toMatchObject({
    network: SIGNET,
    directory: '/tmp/x',
    rpcPort: 38332,
    automine: { type: 'off' },
    accounts: 0,
    connect: ['a:1', 'b:2'],
  })
  expect(options('-d', 'x', '--automine', '10s').automine).toEqual({ type: 'interval', ms: 10_000 })
  expect(options('-d', 'x', '--automine', 'poisson:10s').automine).toEqual({ type: 'poisson', ms: 10_000 })
  expect(options('-d', 'x', '--prune', '550').prune).toBe(550 * 2 ** 20)
  expect(options('-d', 'x', '--prune=1').prune).toBe('manual')
  expect(options('-d', 'x', '--reindex').reindex).toBe('blocks')
  expect(options('-d', 'x', '--reindex-chainstate').reindex).toBe('coins')
  expect(options('-d', 'x', '--ln', 'alice', '--ln', 'bob', '--ln', 'alice').lightning).toEqual(['alice', 'bob'])
})

test('a peer without a port is on the usual one', () => {
  expect(options('--connect', 'localhost', '--connect', '[::1]').connect).toEqual(['localhost:18444', '[::1]:18444'])
})

test.each([
  [['--connect', 'a:b:c'], "--connect: 'a:b:c' is not host:port"],
  [['-d', 'x', '--network', 'main', '--accounts', '1'], '--accounts is for regtest'],
  [['--frobnicate'], 'Unknown option'],
  [['--rpcport'], 'argument missing'],
  [['--rpcport', '70000'], '--rpcport must be a number from 0 to 65535'],
  [['--rpcport', '-1'], ''],
  [['--network', 'moon'], '--network must be one of main, testnet4, signet, regtest'],
  [['--network', 'main'], '--network main needs a --datadir'],
  [['-d', 'x', '--network', 'main', '--automine', 'on'], '--automine is for regtest'],
  [['--automine', 'often'], '--automine must be'],
  [['--automine', 'poisson:'], '--automine must be'],
  [['--automine', '0'], '--automine must be'],
  [['-d', 'x', '--prune=549'], '--prune must be at least 550 MiB'],
  [['-d', 'x', '--prune=550', '--txindex'], 'exclude each other'],
  [['--ln', '../../etc'], 'a name has letters'],
  [['--rpcuser', 'a'], '--rpcuser and --rpcpassword go together'],
  [['start'], "unexpected argument 'start'"],
])('%j is refused', (args, message) => {
  const parsed = parseOptions(args)
  expect(parsed.ok).toBe(false)
  if (!parsed.ok) expect(parsed.error).toContain(message)
})

test('help and version', () => {
  expect(parseOptions(['--help'])).toMatchObject({ ok: true, value: { type: 'help' } })
  expect(parseOptions(['-v'])).toEqual({ ok: true, value: { type: 'version', text: 'plyd 0.1.0\n' } })
  expect(parseOptions(['-version'])).toMatchObject({ ok: true, value: { text: 'Ply daemon version v0.1.0 plyd\n' } })
})
