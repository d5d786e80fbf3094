import { createRandom } from '@ply/testkit'
import { describe, expect, it, test } from 'vitest'
import { NetGroups } from './netGroup.ts'
import { isLocalHost, isRoutable, isValidHost } from './routable.ts'
import { formatSubnet, parseSubnet, subnetIncludes } from './subnet.ts'
import { formatHost, formatService, parseHost, parseService } from './text.ts'

describe('hosts', () => {
  it.each([
    ['1.2.3.4', '1.2.3.4'],
    ['127.1', '127.0.0.1'],
    ['1.2.772', '1.2.3.4'],
    ['::', '::'],
    ['::1', '::1'],
    ['[2001:DB8:0:0:1:0:0:1]', '2001:db8::1:0:0:1'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7:8'],
    ['1::8', '1::8'],
    ['1:0:3:4:5:6:7:8', '1:0:3:4:5:6:7:8'],
    ['::ffff:1.2.3.4', '1.2.3.4'],
    ['64:ff9b::1.2.3.4', '64:ff9b::102:304'],
    ['PG6MMJIYJMCRSSLVYKFWNNTLARU7P5SVN6Y2YMMJU6NUBXNDF4PSCRYD.onion', undefined],
    ['c4gfnttsuwqomiygupdqqqyy5y5emnk5c73hrfvatri67prd7vyq.b32.i2p', undefined],
  ])('%s', (text, expected) => {
    expect(formatHost(parseHost(text)!)).toBe(expected ?? text.toLowerCase())
  })

  it.each([
    ...[
      '',
      'localhost',
      '1.2.3.256',
      '1.2.3.4.5',
      '256.1',
      ':',
      ':::',
      '1:2:3:4:5:6:7',
      '1:2:3:4:5:6:7:8:9',
      '1::2::3',
    ],
    ...['::12345', '::1.2.3', 'kpgvmscirrdqpekbqjsvw5teanhatztpp2gl6eee4zkowvwfxwenqaid.onion'.replace('k', 'a')],
    ...['abc.onion', 'abc.b32.i2p', '1:2:3:4:5:6:7:8::'],
  ])('refuses %s', (text) => expect(parseHost(text)).toBeUndefined())

  it('reads and writes ports', () => {
    const written = ['1.2.3.4:5', '1.2.3.4', '[::1]:9', '::1', '[::1]'].map((text) => parseService(text, 8333)!)
    expect(written.map(formatService)).toEqual(['1.2.3.4:5', '1.2.3.4:8333', '[::1]:9', '[::1]:8333', '[::1]:8333'])
    for (const text of ['1.2.3.4:65536', '1.2.3.4:', 'x:1', '[::1', ':5']) expect(parseService(text, 1)).toBeUndefined()
  })

  it('never throws', () => {
    const random = createRandom(2)
    for (let i = 0; i < 5000; i++) {
      const text = Array.from({ length: random.below(12) }, () => random.pick([...'0123456789af:.[]/x'])).join('')
      const host = parseHost(text)
      if (host) expect(parseHost(formatHost(host))).toEqual(host)
      parseService(text, 1)
      parseSubnet(text)
    }
  })
})

test.each([
  ['8.8.8.8', true],
  ['2001:4860::8888', true],
  ['10.1.1.1', false],
  ['172.16.1.1', false],
  ['172.32.1.1', true],
  ['169.254.1.1', false],
  ['100.64.1.1', false],
  ['100.128.1.1', true],
  ['198.18.0.1', false],
  ['2001:db8::1', false],
  ['fc00::1', false],
  ['fe80::1', false],
  ['2001:10::1', false],
  ['fd87:d87e:eb43::1', false],
  ['::1', false],
])('%s is routable: %s', (text, expected) => expect(isRoutable(parseHost(text)!)).toBe(expected))

test('this machine', () => {
  expect(['127.0.0.1', '0.1.2.3', '::1', '1.1.1.1', '::2'].map((text) => isLocalHost(parseHost(text)!))).toEqual([
    ...[true, true, true, false, false],
  ])
  expect(['0.0.0.0', '255.255.255.255', '::', '127.0.0.1'].map((text) => isValidHost(parseHost(text)!))).toEqual([
    ...[false, false, false, true],
  ])
})

// From Bitcoin Core's netbase_tests.
test.each([
  ['127.0.0.1', [0]],
  ['10.0.0.1', [0]],
  ['169.254.1.1', [0]],
  ['1.2.3.4', [1, 1, 2]],
  ['::ffff:0:102:304', [1, 1, 2]],
  ['64:ff9b::102:304', [1, 1, 2]],
  ['2002:102:304:9999:9999:9999:9999:9999', [1, 1, 2]],
  ['2001:0:9999:9999:9999:9999:fefd:fcfb', [1, 1, 2]],
  ['2001:470:abcd:9999:9999:9999:9999:9999', [2, 32, 1, 4, 112, 175]],
  ['2001:2001:9999:9999:9999:9999:9999:9999', [2, 32, 1, 32, 1]],
])('group of %s', (text, expected) => {
  const host = parseHost(text)
  expect([...new NetGroups().groupOf(host!)]).toEqual(expected)
})

test.each([
  ['1.2.3.0/24', '1.2.3.0/24', '1.2.3.77', '1.2.4.0'],
  ['1.2.3.4', '1.2.3.4/32', '1.2.3.4', '1.2.3.5'],
  ['192.168.0.20/255.255.255.252', '192.168.0.20/30', '192.168.0.23', '192.168.0.24'],
  ['2001:4d48:ac57:400:cacf:e9ff:fe1d:9c63/19', '2001:4000::/19', '2001:5fff::1', '2001:6000::1'],
  ['0.0.0.0/0', '0.0.0.0/0', '9.9.9.9', '::1'],
])('subnet %s', (text, formatted, inside, outside) => {
  const subnet = parseSubnet(text)!
  expect(formatSubnet(subnet)).toBe(formatted)
  expect(subnetIncludes(subnet, parseHost(inside)!)).toBe(true)
  expect(subnetIncludes(subnet, parseHost(outside)!)).toBe(false)
})

test.each(['1.2.3.4/33', '1.2.3.4/', '1.2.3.4/-1', '1.2.3.4/255.0.255.0', 'x/8', '::/129', '1.2.3.4/ffff::'])(
  'no subnet: %s',
  (text) => expect(parseSubnet(text)).toBeUndefined(),
)
