import { hexToBytes } from '@ply/bytes'
import { hashToDisplay } from '@ply/primitives'
import { describe, expect, it, test } from 'vitest'
import { NetGroups } from '../netGroup.ts'
import { parseHost } from '../text.ts'
import { checkAsmap } from './checkAsmap.ts'
import { CORE_EXAMPLE, CORE_RANDOM } from './testdata/maps.ts'

const host = (text: string) => parseHost(text)!

// From Bitcoin Core's netbase_tests: a random map of 128 ranges.
test.each([
  ['0:1559:183:3728:224c:65a5:62e6:e991', 961340],
  ['d0:d493:faa0:8609:e927:8b75:293c:f5a4', 961340],
  ['2a0:26f:8b2c:2ee7:c7d1:3b24:4705:3f7f', 693761],
  ['a77:7cd4:4be5:a449:89f2:3212:78c6:ee38', 0],
  ['1336:1ad6:2f26:4fe3:d809:7321:6e0d:4615', 672176],
  ['1d56:abd0:a52f:a8d5:d5a7:a610:581d:d792', 499880],
  ['378e:7290:54e5:bd36:4760:971c:e9b9:570d', 0],
  ['406c:820b:272a:c045:b74e:fc0a:9ef2:cecc', 248495],
  ['46c2:ae07:9d08:2d56:d473:2bc7:57e3:20ac', 248495],
  ['50d2:3db6:52fa:2e7:12ec:5bc4:1bd1:49f9', 124471],
  ['53e1:1812:ffa:dccf:f9f2:64be:75fa:795', 539993],
  ['544d:eeba:3990:35d1:ad66:f9a3:576d:8617', 374443],
  ['6a53:40dc:8f1d:3ffa:efeb:3aa3:df88:b94b', 435070],
  ['87aa:d1c9:9edb:91e7:aab1:9eb9:baa0:de18', 244121],
  ['9f00:48fa:88e3:4b67:a6f3:e6d2:5cc1:5be2', 862116],
  ['c49f:9cc6:86ad:ba08:4580:315e:dbd1:8a62', 969411],
  ['dff5:8021:61d:b17d:406d:7888:fdac:4a20', 969411],
  ['e888:6791:2960:d723:bcfd:47e1:2d8c:599f', 824019],
  ['ffff:d499:8c4b:4941:bc81:d5b9:b51e:85a8', 824019],
])('%s is in AS%i', (address, asn) => {
  expect(checkAsmap(CORE_RANDOM).ok).toBe(true)
  expect(new NetGroups(CORE_RANDOM).asnOf(host(address))).toBe(asn)
})

describe("Bitcoin Core's example of a map", () => {
  const groups = new NetGroups(CORE_EXAMPLE)

  it('is in order, and known by its hash', () => {
    expect(checkAsmap(CORE_EXAMPLE)).toEqual({ ok: true, value: undefined })
    expect(hashToDisplay(groups.version)).toBe('bafc9da308f45179443bd1d22325400ac9104f741522d003e3fac86700f68895')
    expect(hashToDisplay(new NetGroups().version)).toBe('0'.repeat(64))
  })

  it.each([
    ['250.77.1.1', 1000],
    ['101.1.9.9', 1],
    ['101.8.0.1', 8],
    ['102.1.0.1', 0],
    ['1.2.3.4', 0],
    // A dress for 101.5.0.1.
    ['2002:6505:1::1', 5],
    ['10.0.0.1', 0],
    ['pg6mmjiyjmcrsslvykfwnntlaru7p5svn6y2ymmju6nubxndf4pscryd.onion', 0],
  ])('has %s in AS%i', (address, asn) => {
    expect(groups.asnOf(host(address))).toBe(asn)
    const prefix = new NetGroups().groupOf(host(address))
    expect([...groups.groupOf(host(address))]).toEqual(asn === 0 ? [...prefix] : [2, asn & 255, asn >> 8, 0, 0])
  })
})

// Bits in the order in which they are read.
const RETURN_1 = `0${'0'.repeat(16)}`
const DEFAULT_1 = `111${'0'.repeat(16)}`
/** Match one bit, which has to be 0: two in the code of its class. */
const MATCH_0 = '110' + '0' + '0'
/** Skip the next 17 bits, and more. */
const JUMP_17 = '10' + '0' + '00000'
const JUMP_18 = '10' + '0' + '00001'
const JUMP_34 = '10' + '0' + '10001'

function pack(bits: string, bytes = Math.ceil(bits.length / 8)): Uint8Array {
  const packed = new Uint8Array(bytes)
  for (let i = 0; i < bits.length; i++) if (bits[i] === '1') packed[i >> 3]! |= 1 << (i & 7)
  return packed
}

test.each([
  ['one system everywhere', RETURN_1, undefined],
  ['two halves', JUMP_17 + RETURN_1 + RETURN_1, undefined],
  ['a default and a match', DEFAULT_1 + MATCH_0 + RETURN_1, undefined],
  ['nothing', '', 'end-of-map'],
  ['a default alone', DEFAULT_1, 'end-of-map'],
  ['a padding that says something', `${RETURN_1}1`, 'padding'],
  ['a default that is returned', DEFAULT_1 + RETURN_1, 'not-minimal'],
  ['two defaults', DEFAULT_1 + DEFAULT_1 + MATCH_0 + RETURN_1, 'not-minimal'],
  ['two short matches', MATCH_0 + MATCH_0 + RETURN_1, 'not-minimal'],
  ['a jump to nowhere', JUMP_17, 'jump-out-of-range'],
  ['a half that goes on where the other begins', JUMP_17 + DEFAULT_1, 'jump-into-instruction'],
  ['a jump within a jump that leads as far', JUMP_18 + JUMP_17 + RETURN_1.repeat(3), 'intersecting-jumps'],
  ['what no way leads to', JUMP_34 + RETURN_1.repeat(3), 'unreachable-instruction'],
])('a map of %s', (_, bits, violation) => {
  const checked = checkAsmap(pack(bits))
  expect(checked.ok ? undefined : checked.error).toBe(violation)
})

test('a map may ask for 128 bits of an address, and for no more', () => {
  const byte = '110' + '1111111' + '0'.repeat(8)
  expect(checkAsmap(pack(byte.repeat(16) + RETURN_1)).ok).toBe(true)
  expect(checkAsmap(pack(byte.repeat(16) + MATCH_0 + RETURN_1))).toMatchObject({ error: 'beyond-address' })
  expect(checkAsmap(pack(byte.repeat(16) + JUMP_17 + RETURN_1 + RETURN_1))).toMatchObject({ error: 'beyond-address' })
  expect(checkAsmap(pack(RETURN_1, 4))).toMatchObject({ error: 'padding' })
  expect(checkAsmap(hexToBytes('ff'.repeat(50))).ok).toBe(false)
})
