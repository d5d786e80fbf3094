import { expect, test } from 'vitest'
import { readBitcoindOptions } from './bitcoindOptions.ts'

const read = (...args: string[]) => readBitcoindOptions(['-regtest', '-datadir=/tmp', ...args], '1')

test.each([
  [[], { automatic: true, dnsSeeds: 'needed', fixedSeeds: true, seeds: [], namesByProxy: false }],
  [['-forcednsseed', '-fixedseeds=0'], { dnsSeeds: 'always', fixedSeeds: false }],
  [['-dnsseed=0', '-seednode=a', '-seednode=b'], { dnsSeeds: 'off', seeds: ['a', 'b'] }],
  [['-connect=a', '-seednode=b'], { automatic: false, dnsSeeds: 'off', seeds: [] }],
  [['-noconnect'], { automatic: false, dnsSeeds: 'off' }],
  [['-maxconnections=0'], { automatic: true, dnsSeeds: 'off' }],
  [['-connect=a', '-dnsseed'], { dnsSeeds: 'needed' }],
  [['-onlynet=cjdns', '-cjdnsreachable'], { dnsSeeds: 'off' }],
  [['-onlynet=ipv6'], { dnsSeeds: 'needed' }],
  [['-proxy=127.0.0.1'], { namesByProxy: true, dnsSeeds: 'needed' }],
  [['-proxy=127.0.0.1=onion'], { namesByProxy: false }],
  [['-proxy=tor.example'], { proxies: { ipv4: 'tor.example:9050' }, namesByProxy: true }],
])('%j', (args, expected) => {
  expect(read(...args)).toMatchObject({ ok: true, value: { peers: { connections: expected } } })
})

test.each([
  [['-forcednsseed', '-dnsseed=0'], 'Cannot set -forcednsseed to true when setting -dnsseed to false.'],
  [['-forcednsseed', '-connect=a'], 'Cannot set -forcednsseed to true when setting -dnsseed to false.'],
  [
    ['-dnsseed=1', '-onlynet=i2p', '-i2psam=127.0.0.1:7656'],
    'Incompatible options: -dnsseed=1 was explicitly specified, but -onlynet forbids connections to IPv4/IPv6',
  ],
  [['-dns=0', '-proxy=tor.example'], "Invalid -proxy address or hostname: 'tor.example'"],
  [['-proxy=a..b'], "Invalid -proxy address or hostname: 'a..b'"],
  [['-asmap'], 'Embedded asmap data not available'],
  [['-asmap=1'], 'Embedded asmap data not available'],
])('%j is refused', (args, error) => {
  expect(read(...args)).toEqual({ ok: false, error })
})

test.each([
  [
    ['-connect=a', '-seednode=b'],
    [
      'parameter interaction: -connect or -maxconnections=0 set -> setting -dnsseed=0',
      'parameter interaction: -connect or -maxconnections=0 set -> setting -listen=0',
      '-seednode is ignored when -connect is used',
    ],
  ],
  [
    ['-connect=0', '-seednode=b', '-dnsseed=1', '-proxy=a:1'],
    ['-dnsseed is ignored when -connect is used and -proxy is specified'],
  ],
  [['-bind=127.0.0.1', '-connect=a'], ['parameter interaction: -bind set -> setting -listen=1']],
  [
    ['-proxy=127.0.0.1'],
    [
      'parameter interaction: -proxy set -> setting -listen=0',
      'parameter interaction: -proxy set -> setting -discover=0',
    ],
  ],
  [['-externalip=1.2.3.4'], ['parameter interaction: -externalip set -> setting -discover=0']],
])('%j is said to mean more', (args, notes) => {
  const options = read(...args)
  expect(options.ok && options.value.notes).toEqual(expect.arrayContaining(notes))
})

test('without a word, nothing else is implied', () => {
  const options = read()
  expect(options.ok && options.value.notes.filter((note) => note.includes('parameter interaction'))).toEqual([])
  const ignored = read('-connect=0', '-seednode=b')
  expect(ignored.ok && ignored.value.notes.join()).not.toContain('-seednode is ignored')
})

test('an address book is checked as often as was said, within reason', () => {
  const every = (text: string) => {
    const options = read(`-checkaddrman=${text}`)
    return options.ok && options.value.peers.connections.checkBookEvery
  }
  expect(['1', '-5', '9999999'].map(every)).toEqual([1, 0, 1_000_000])
})

test.each([
  [[], { discover: true, listenPort: 18444 }],
  [['-port=7', '-discover=0'], { discover: false, listenPort: 7 }],
  [['-externalip=2.2.2.2', '-port=7', '-bind=1.1.1.5:8'], { discover: false, listenPort: 8 }],
  [['-port=7', '-bind=1.1.1.5', '-whitebind=1.1.1.5:9'], { discover: true, listenPort: 9 }],
  [['-port=7', '-whitebind=noban@1.1.1.5:9'], { listenPort: 7 }],
  [['-listen=0'], { discover: false }],
  [['-externalip=2.2.2.2', '-discover', '-externalip=3.3.3.3:4'], { discover: true }],
])('where others find us by %j', (args, expected) => {
  expect(read(...args)).toMatchObject({ ok: true, value: { peers: { connections: expected } } })
})

test('peers that are never banned come where others need not know', () => {
  const options = read('-whitebind=noban@1.1.1.5:9', '-whitebind=1.1.1.5:10')
  expect(options.ok && options.value.peers.listen.filter(({ unannounced }) => unannounced)).toEqual([
    { address: '1.1.1.5:9', unannounced: true },
  ])
})
