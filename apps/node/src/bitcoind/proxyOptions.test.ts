import { expect, test } from 'vitest'
import { unwrap } from '@ply/bytes'
import { parseCommandLine } from './parse.ts'
import { checkOnlyNetworks, readProxies } from './proxyOptions.ts'
import { Settings } from './settings.ts'

const settings = (...args: string[]): Settings =>
  new Settings({ commandLine: unwrap(parseCommandLine(args)), dynamic: new Map(), config: new Map() }, 'main', [])

test.each<[string[], object]>([
  [[], { randomize: true }],
  [
    ['-proxy=127.0.0.1'],
    {
      ...{ ipv4: '127.0.0.1:9050', ipv6: '127.0.0.1:9050', cjdns: '127.0.0.1:9050' },
      ...{ onion: '127.0.0.1:9050', name: '127.0.0.1:9050', randomize: true },
    },
  ],
  [['-onion=unix:/tmp/x', '-proxyrandomize=0'], { onion: 'unix:/tmp/x', randomize: false }],
  [['-proxy=127.6.6.6:6666=ipv6'], { ipv6: '127.6.6.6:6666', name: '127.6.6.6:6666', randomize: true }],
  [
    ['-proxy=127.4.4.4:4444=ipv4', '-proxy=127.6.6.6:6666=ipv6'],
    { ipv4: '127.4.4.4:4444', ipv6: '127.6.6.6:6666', name: '127.6.6.6:6666', randomize: true },
  ],
  [
    ['-proxy=[::1]:1', '-proxy=127.2.2.2:2222=onion'],
    { ipv4: '[::1]:1', ipv6: '[::1]:1', cjdns: '[::1]:1', onion: '127.2.2.2:2222', name: '[::1]:1', randomize: true },
  ],
  [['-proxy=127.0.0.1:1=onion', '-noonion'], { onion: undefined, randomize: true }],
])('%s', (args, expected) => {
  expect(readProxies(settings(...args))).toEqual(expected)
})

test.each([
  ['-proxy=abc..abc:23456', "Invalid -proxy address or hostname: 'abc..abc:23456'"],
  [`-proxy=unix:${'x'.repeat(104)}`, `Invalid -proxy address or hostname: 'unix:${'x'.repeat(104)}'`],
  ['-proxy=192.0.0.1:def', "Invalid port specified in -proxy: '192.0.0.1:def'"],
  ['-proxy=127.0.0.1:9050=', "Invalid -proxy address or hostname, ends with '=': '127.0.0.1:9050='"],
  ['-proxy=127.0.0.1:9050=foo', "Unrecognized network in -proxy='127.0.0.1:9050=foo': 'foo'"],
  ['-onion=xyz..xyz:23456', "Invalid -onion address or hostname: 'xyz..xyz:23456'"],
  ['-i2psam=def..def:23456', "Invalid -i2psam address or hostname: 'def..def:23456'"],
  ['-i2psam=192.0.0.1:def', "Invalid port specified in -i2psam: '192.0.0.1:def'"],
  ['-onion=192.0.0.1:def', "Invalid port specified in -onion: '192.0.0.1:def'"],
])('%s is refused', (arg, message) => {
  expect(() => readProxies(settings(arg))).toThrow(message)
})

test.each([
  ['i2p', [], /-onlynet=i2p\) but -i2psam is not provided$/],
  ['cjdns', [], /-cjdnsreachable is not provided$/],
  ['onion', ['-onion=0'], /explicitly forbidden: -onion=0$/],
  ['onion', ['-listenonion=0'], /none of -proxy, -onion or -listenonion is given$/],
] as const)('-onlynet=%s with %s is refused: there is no way there', (network, args, message) => {
  const all = settings(...args)
  expect(() => checkOnlyNetworks(all, new Set([network]), readProxies(all))).toThrow(message)
})

test('-onlynet may name what can be reached', () => {
  const all = settings('-i2psam=127.0.0.1', '-cjdnsreachable', '-onion=127.0.0.1:9050')
  expect(() => checkOnlyNetworks(all, new Set(['i2p', 'cjdns', 'onion']), readProxies(all))).not.toThrow()
  expect(readProxies(all).i2p).toBe('127.0.0.1:7656')
})
