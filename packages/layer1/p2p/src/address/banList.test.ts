import { expect, test } from 'vitest'
import { BanList } from './banList.ts'
import { formatSubnet, parseSubnet } from './subnet.ts'
import { parseHost } from './text.ts'

const NOW = 1_700_000_000
const subnet = (text: string) => parseSubnet(text)!
const host = (text: string) => parseHost(text)!

test('a ban holds for its subnet and its time', () => {
  const bans = new BanList()
  expect(bans.ban(subnet('1.2.3.0/24'), NOW + 100, NOW)).toBe(true)
  expect(bans.ban(subnet('1.2.3.0/24'), NOW + 100, NOW)).toBe(false)
  expect(bans.includes(host('1.2.3.4'), NOW + 99)).toBe(true)
  expect(bans.includes(host('1.2.3.4'), NOW + 100)).toBe(false)
  expect(bans.includes(host('1.2.4.4'), NOW)).toBe(false)
  expect([bans.has(subnet('1.2.3.0/24'), NOW), bans.has(subnet('1.2.3.4'), NOW)]).toEqual([true, false])
  expect(bans.list(NOW + 100)).toHaveLength(1)
  expect(bans.list(NOW + 101)).toEqual([])
})

test('bans are listed in order, lifted one by one or all', () => {
  const bans = new BanList(
    [
      { subnet: subnet('2001:4000::/19'), createdAt: NOW, until: NOW + 1000 },
      { subnet: subnet('192.168.0.1'), createdAt: NOW, until: NOW + 1 },
      { subnet: subnet('127.0.0.0/24'), createdAt: NOW, until: NOW + 1000 },
      { subnet: subnet('127.0.0.0/32'), createdAt: NOW, until: NOW + 1000 },
    ],
    NOW + 2,
  )
  const listed = () => bans.list(NOW + 2).map((ban) => formatSubnet(ban.subnet))
  expect(listed()).toEqual(['127.0.0.0/24', '127.0.0.0/32', '2001:4000::/19'])
  expect([bans.unban(subnet('127.0.0.0')), bans.unban(subnet('127.0.0.0'))]).toEqual([true, false])
  expect(listed()).toEqual(['127.0.0.0/24', '2001:4000::/19'])
  bans.clear()
  expect(listed()).toEqual([])
})
