import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { readBitcoindOptions } from './bitcoindOptions.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ply-options-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const read = (...args: string[]) => readBitcoindOptions(['-regtest', `-datadir=${folder}`, ...args], '0.1.0')
const peers = (...args: string[]) => unwrap(read(...args)).peers
const failure = (...args: string[]): string => {
  const options = read(...args)
  return options.ok ? 'none' : options.error
}

const ANYWHERE = [{ address: '[::]:7000', optional: true }, { address: '0.0.0.0:7000' }]

test.each([
  ['the port alone', ['-port=7000'], [{ address: '127.0.0.1:7001', onion: true }, ...ANYWHERE], '127.0.0.1:7001'],
  ['an address', ['-bind=127.0.0.2:7'], [{ address: '127.0.0.2:7', onion: false }], '127.0.0.2:7'],
  [
    'an onion address',
    ['-port=7000', '-bind=127.0.0.2=onion'],
    [{ address: '127.0.0.2:7001', onion: true }],
    '127.0.0.2:7001',
  ],
  [
    'a permitted address',
    ['-port=7000', '-whitebind=127.0.0.2:7'],
    [{ address: '127.0.0.2:7' }, { address: '127.0.0.1:7001', onion: true }],
    '127.0.0.1:7001',
  ],
  [
    'both kinds',
    ['-bind=127.0.0.3:8=onion', '-bind=127.0.0.2:7'],
    [
      { address: '127.0.0.2:7', onion: false },
      { address: '127.0.0.3:8', onion: true },
    ],
    '127.0.0.3:8',
  ],
])('listens at %s, in bitcoind’s order, and leads an onion service there', (_, args, listen, target) => {
  const options = peers(...args)
  expect(options.listen).toEqual(listen)
  expect(options.tor?.target).toBe(target)
})

test('an onion service leads to one address', () => {
  const several = ['-bind=127.0.0.1:7=onion', '-bind=127.0.0.1:8=onion']
  expect(peers(...several).warnings).toEqual([
    'More than one onion bind address is provided. Using 127.0.0.1:7 for the automatically created Tor onion service.',
  ])
  expect(peers('-listenonion=0', ...several).warnings).toEqual([])
})

test('Tor and I2P are asked where peers are accepted, unless told otherwise', () => {
  expect(peers().tor).toMatchObject({ control: '127.0.0.1:9051', password: '', takesProxy: true })
  expect(peers('-torcontrol=[::1]', '-torpassword=x', '-onion=127.0.0.1:9050').tor).toMatchObject({
    ...{ control: '[::1]:9051', password: 'x', takesProxy: false },
  })
  expect(peers('-torcontrol=tor.example:1').tor?.control).toBe('tor.example:1')
  expect(peers('-listenonion=0').tor).toBeUndefined()
  expect(peers('-connect=0').tor).toBeUndefined()
  expect([peers().acceptsI2p, peers('-i2pacceptincoming=0').acceptsI2p, peers('-listen=0').acceptsI2p]).toEqual([
    ...[true, false, false],
  ])
  expect(failure('-torcontrol=127.0.0.1:x')).toBe("Invalid port specified in -torcontrol: '127.0.0.1:x'")
})

const REQUESTED = 'Private broadcast of own transactions requested (-privatebroadcast)'

test.each([
  [['-listenonion=0'], `${REQUESTED}, but none of Tor or I2P networks is reachable`],
  [['-onlynet=ipv4'], `${REQUESTED}, but none of Tor or I2P networks is reachable`],
  [['-onlynet=ipv4', '-i2psam=127.0.0.1'], `${REQUESTED}, but none of Tor or I2P networks is reachable`],
  [['-i2psam=127.0.0.1', '-connect=0'], `${REQUESTED}, but -connect is also configured.`],
])('-privatebroadcast with %j is refused', (args, words) => {
  expect(failure('-privatebroadcast', ...args)).toContain(words)
})

test('-privatebroadcast needs a way that may yet be found, and is better off with a way of its own for each', () => {
  expect(peers('-privatebroadcast').connections.privateBroadcast).toBe(true)
  expect(peers('-privatebroadcast').warnings).toEqual([])
  expect(peers('-privatebroadcast', '-proxyrandomize=0').warnings[0]).toContain('-proxyrandomize is disabled')
  expect(peers('-privatebroadcast', '-onlynet=i2p', '-i2psam=127.0.0.1', '-proxyrandomize=0').warnings).toEqual([])
  expect(peers().connections.privateBroadcast).toBe(false)
})

test('the router is asked for a port where peers are accepted, and others told of it where addresses are found out', () => {
  expect(peers().mapPort).toEqual({ announce: true })
  expect(peers('-discover=0').mapPort).toEqual({ announce: false })
  expect(peers('-externalip=9.9.9.9').mapPort).toEqual({ announce: false })
  for (const arg of ['-natpmp=0', '-listen=0', '-proxy=127.0.0.1:9050', '-connect=0']) {
    expect(peers(arg).mapPort).toBeUndefined()
  }
})
