import { expect, test } from 'vitest'
import { bytesToHex } from '../hex.ts'
import { formatIpv6, isMappedIpv4, parseIp, parseIpv4, toMappedIpv4 } from './ipAddress.ts'
import { ipSubnetIncludes, parseIpSubnet } from './ipSubnet.ts'

test.each([
  ['1.2.3.4', '01020304'],
  ['127.1', '7f000001'],
  ['010.0x1F.3', '081f0003'],
  ['0', '00000000'],
  ['::', '00'.repeat(16)],
  ['[::1]', `${'00'.repeat(15)}01`],
  ['2001:DB8::1:0', '20010db8000000000000000000010000'],
  ['1:2:3:4:5:6:7:8', '00010002000300040005000600070008'],
  ['::ffff:1.2.3.4', '01020304'],
  ['64:ff9b::1.2.3.4', `0064ff9b${'00'.repeat(8)}01020304`],
])('%s', (text, hex) => {
  expect(bytesToHex(parseIp(text)!)).toBe(hex)
})

test.each([
  '',
  '1.2.3.256',
  '08.1.1.1',
  '1..2',
  '0x.1',
  '256.1',
  '1.16777216',
  '1.2.3.4.5',
  '1.2.3.',
  'x',
  '1:2:3:4:5:6:7',
  '1:2:3:4:5:6:7::8',
  '1::2::3',
  '::12345',
  ':1',
])('no address: %j', (text) => {
  expect(parseIp(text)).toBeUndefined()
})

test('IPv4 in the dress of IPv6', () => {
  const ipv4 = parseIpv4('1.2.3.4')!
  expect(isMappedIpv4(toMappedIpv4(ipv4))).toBe(true)
  expect(formatIpv6(toMappedIpv4(ipv4))).toBe('::ffff:102:304')
  expect(isMappedIpv4(parseIp('::1')!)).toBe(false)
})

test.each([
  ['1.2.3.77/24', '1.2.3.200', '1.2.4.1'],
  ['1.2.3.0/255.255.255.0', '1.2.3.1', '1.2.4.1'],
  ['1.2.3.4', '1.2.3.4', '1.2.3.5'],
  ['0.0.0.0/0', '9.9.9.9', '::'],
  ['::/0', '::1', '0.0.0.0'],
  ['2001:4d48:ac57::/19', '2001:5fff::1', '2001:6000::1'],
  ['2001:db8::/ffff:ffff::', '2001:db8::1', '2001:db9::1'],
  ['::ffff:1.2.3.4/24', '1.2.3.9', '1.2.4.9'],
])('subnet %s', (text, inside, outside) => {
  const subnet = parseIpSubnet(text)!
  expect(ipSubnetIncludes(subnet, parseIp(inside)!)).toBe(true)
  expect(ipSubnetIncludes(subnet, parseIp(outside)!)).toBe(false)
})

test.each([
  '1.2.3.4/33',
  '1.2.3.4/',
  '1.2.3.4/-1',
  '1.2.3.4/255.0.255.0',
  '1.2.3.4/ffff::',
  '::/129',
  'x/8',
  '1.2.3.4/8/8',
])('no subnet: %s', (text) => {
  expect(parseIpSubnet(text)).toBeUndefined()
})
