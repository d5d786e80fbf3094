import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatIpv6, parseIp } from './ipAddress.ts'
import { ipSubnetIncludes, parseIpSubnet } from './ipSubnet.ts'

const numRuns = Number(process.env['PLY_FUZZ_RUNS'] ?? 5000)
const LETTERS = [...'0123456789afxFX::::..../[]% ']

test('whatever the text: an address of 4 or 16 bytes, or none', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...LETTERS), { maxLength: 24 }), (letters) => {
      const ip = parseIp(letters.join(''))
      if (ip) expect([4, 16]).toContain(ip.length)
      const subnet = parseIpSubnet(letters.join(''))
      if (subnet) expect(ipSubnetIncludes(subnet, subnet.address)).toBe(true)
    }),
    { seed: 1, numRuns },
  )
})

test('what is written of 16 bytes is read as them', () => {
  const group = fc.oneof(fc.constant(0), fc.nat(255))
  fc.assert(
    fc.property(fc.array(group, { minLength: 15, maxLength: 15 }), (rest) => {
      const bytes = Uint8Array.of(0x20, ...rest)
      expect(parseIp(formatIpv6(bytes))).toEqual(bytes)
    }),
    { seed: 1, numRuns },
  )
})
