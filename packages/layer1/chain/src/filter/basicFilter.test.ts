import { bytesToHex, hexToBytes, reverseBytes, unwrap } from '@ply/bytes'
import { computeBlockHash, decodeBlock, hashToDisplay, MAIN, REGTEST } from '@ply/primitives'
import { OP_RETURN } from '@ply/script'
import { createRandom } from '@ply/testkit'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { describe, expect, test } from 'vitest'
import { computeBasicFilter, decodeBasicFilter, matchFilter } from './basicFilter.ts'
import { computeFilterHeader, type FilterHeader, NO_FILTER_HEADER } from './filterHeader.ts'

type Row = readonly [number, string, string, readonly string[], string, string, string, string]

const COLUMNS =
  'Block Height,Block Hash,Block,[Prev Output Scripts for Block],Previous Basic Header,Basic Filter,Basic Header,Notes'

function readRows(path: string): Row[] {
  const [titles, ...rows] = readVectorJson(path) as [readonly string[], ...Row[]]
  expect(titles).toEqual([COLUMNS])
  for (const row of rows) expect(row).toHaveLength(8)
  return rows
}

const headerOf = (text: string): FilterHeader => reverseBytes(hexToBytes(text)) as FilterHeader

test.skipIf(hasVectors)(`BIP 158 vectors: ${missingReason}`, () => undefined)

describe.each(['bips/bip-0158/testnet-19.json', 'bitcoin-core/blockfilters.json'])('%s', (path) => {
  test.runIf(hasVectors).each((hasVectors ? readRows(path) : []).map((row) => [row[0], row[7], row] as const))(
    'block %i %s',
    (_height, _note, [, blockHash, encoded, spent, previousHeader, filterHex, header]) => {
      const block = unwrap(decodeBlock(hexToBytes(encoded)))
      const hash = computeBlockHash(block.header)
      expect(hashToDisplay(hash)).toBe(blockHash)
      const spentScripts = spent.map(hexToBytes)
      const filter = computeBasicFilter(block, spentScripts)
      expect(bytesToHex(filter)).toBe(filterHex)
      expect(hashToDisplay(computeFilterHeader(filter, headerOf(previousHeader)))).toBe(header)

      const outputs = block.transactions.flatMap((tx) => tx.outputs.map((output) => output.scriptPubKey))
      const held = [...outputs.filter((script) => script[0] !== OP_RETURN), ...spentScripts]
      for (const script of held.filter((item) => item.length > 0)) {
        expect(unwrap(matchFilter(filter, hash, [Uint8Array.of(1, 2, 3), script]))).toBe(true)
      }
      const random = createRandom(158)
      const strangers = Array.from({ length: 20 }, () => random.bytes(25))
      expect(unwrap(matchFilter(filter, hash, strangers))).toBe(false)
    },
  )
})

describe('a basic filter', () => {
  const block = REGTEST.genesis
  const hash = computeBlockHash(block.header)

  test('holds each script once', () => {
    const script = Uint8Array.of(0x51)
    const filter = computeBasicFilter(block, [script, script, block.transactions[0]!.outputs[0]!.scriptPubKey])
    expect(unwrap(decodeBasicFilter(filter))).toHaveLength(2)
  })

  test('of nothing is one zero byte and matches nothing', () => {
    const empty = computeBasicFilter({ ...block, transactions: [] }, [new Uint8Array(0)])
    expect(empty).toEqual(Uint8Array.of(0))
    expect(unwrap(matchFilter(empty, hash, [Uint8Array.of(0x51)]))).toBe(false)
  })

  test('keeps spent scripts that start with OP_RETURN, but no such outputs', () => {
    const script = Uint8Array.of(OP_RETURN, 1, 7)
    const output = { ...block.transactions[0]!.outputs[0]!, scriptPubKey: script }
    const only = { ...block, transactions: [{ ...block.transactions[0]!, outputs: [output] }] }
    expect(computeBasicFilter(only, [])).toEqual(Uint8Array.of(0))
    expect(unwrap(matchFilter(computeBasicFilter(only, [script]), hash, [script]))).toBe(true)
  })

  test('matches no script where none is asked for', () => {
    expect(unwrap(matchFilter(computeBasicFilter(block, []), hash, []))).toBe(false)
  })

  test('the headers form a chain', () => {
    const genesis = MAIN.genesis
    const first = computeFilterHeader(computeBasicFilter(genesis, []), NO_FILTER_HEADER)
    expect(computeFilterHeader(Uint8Array.of(0), first)).not.toEqual(
      computeFilterHeader(Uint8Array.of(0), NO_FILTER_HEADER),
    )
  })
})
