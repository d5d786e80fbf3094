import { expect, test } from 'vitest'
import { hexToBytes } from '@ply/bytes'
import { hasVectors, missingReason, readVectorJson } from '@ply/vectors'
import { COIN, MAIN, SEQUENCE_FINAL } from '@ply/primitives'
import { createScript, OP_0 } from '@ply/script'
import { checkBlock, checkContextualBlock, checkHeader, encodeCoinbaseHeight, LinkedHeader } from '../index.ts'
import { input, NULL_OUTPOINT, output, seal, transaction } from './fixture.ts'

const named = (what: string): string => (hasVectors ? what : `${what}: ${missingReason}`)

const SCRIPT = hexToBytes('76a914eadbac7f36c37e39361168b7aaee3cb24a25312d88ac')

test.skipIf(!hasVectors)(named('an alternate mainnet: 2016 blocks with real work'), () => {
  const { timestamps, nonces } = readVectorJson('bitcoin-core/mainnet_alt.json') as Record<string, number[]>
  let previous = new LinkedHeader(MAIN.genesis.header, undefined)
  for (let height = 1; height <= 2016; height++) {
    const scriptSig = new Uint8Array([...encodeCoinbaseHeight(height), ...(height <= 16 ? createScript([OP_0]) : [])])
    const coinbase = transaction(
      [input(NULL_OUTPOINT, { scriptSig, sequence: SEQUENCE_FINAL })],
      [output(50n * COIN, SCRIPT)],
    )
    const time = timestamps![height - 1]!
    const block = seal(
      {
        version: 0x20000000,
        previousBlockHash: previous.hash,
        merkleRoot: new Uint8Array(32),
        time,
        bits: height < 2016 ? 0x1d00ffff : 0x1c3fffc0,
        nonce: nonces![height - 1]!,
      },
      [coinbase],
    )
    expect(checkHeader(block.header, { parameters: MAIN, previous, now: time })).toEqual({ ok: true })
    expect(checkBlock(block, MAIN)).toEqual({ ok: true })
    expect(checkContextualBlock(block, previous, MAIN)).toEqual({ ok: true })
    previous = new LinkedHeader(block.header, previous)
  }
  expect(previous.height).toBe(2016)
})
