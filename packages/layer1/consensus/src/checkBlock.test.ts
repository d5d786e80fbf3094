import { describe, expect, test } from 'vitest'
import { concatBytes, equalBytes } from '@ply/bytes'
import { publicKeyFromSecret, ecdsaSign, encodeDer } from '@ply/crypto'
import { type Block, computeTxid, type NetworkParameters, REGTEST, type Transaction, type Txid } from '@ply/primitives'
import {
  computeLegacySighash,
  createP2pk,
  createScript,
  encodeDataPush,
  OP_CHECKSIG,
  OP_RETURN,
  SIGHASH_ALL,
  SighashCache,
} from '@ply/script'
import { ByteWriter } from '@ply/bytes'
import {
  checkBlock,
  checkContextualBlock,
  createSignetTransactions,
  findWitnessCommitment,
  formatViolation,
  checkMutation,
} from './index.ts'
import { coinbase, commit, grind, input, output, seal, TestChain, transaction } from './test/fixture.ts'

const chain = new TestChain()
chain.mine(3)
const height = chain.height + 1

const spend = (id: number, more: Partial<Transaction> = {}): Transaction =>
  transaction([input({ txid: new Uint8Array(32).fill(id) as Txid, index: 0 }, { sequence: 0 })], [output(1)], more)

const verdict = (block: Block, parameters = REGTEST): string => {
  for (const check of [
    () => checkBlock(block, parameters, { checkProofOfWork: false }),
    () => checkContextualBlock(block, chain.tip, parameters),
  ]) {
    const result = check()
    if (!result.ok) return `${result.error.failure}: ${formatViolation(result.error)}`
  }
  return 'valid'
}

const first = coinbase(height, [output(50)])
/** A block of exactly these transactions, with its merkle root and without any commitment. */
const bare = (...transactions: Transaction[]): Block => seal(chain.header(), transactions)
const noWitness = coinbase(height, [output(50)], { witness: [] })

describe('rules without context', () => {
  test('a plain block passes', () => {
    expect(verdict(commit(chain.header(), [first, spend(1)]))).toBe('valid')
    expect(verdict(bare(noWitness))).toBe('valid')
  })

  test('high-hash', () => {
    const block = grind(bare(noWitness))
    expect(checkBlock(block, REGTEST)).toMatchObject({ ok: true })
    const impossible = { ...block, header: { ...block.header, bits: 0x03000001 } }
    expect(checkBlock(impossible, REGTEST)).toMatchObject({ error: { reason: 'high-hash', failure: 'invalid-header' } })
  })

  test('bad-txnmrklroot', () => {
    const block = bare(noWitness, spend(1))
    expect(verdict({ ...block, transactions: [noWitness, spend(2)] })).toBe(
      'mutated: bad-txnmrklroot, hashMerkleRoot mismatch',
    )
    expect(checkMutation({ ...block, transactions: [noWitness, spend(2)] }, true).ok).toBe(false)
  })

  test('bad-txns-duplicate', () => {
    const block = bare(noWitness, spend(1), spend(2))
    const twice = { ...block, transactions: [...block.transactions, block.transactions[2]!] }
    expect(verdict(twice)).toBe('mutated: bad-txns-duplicate, duplicate transaction')
  })

  test.each([
    ['consensus: bad-blk-length, size limits failed', bare()],
    ['consensus: bad-blk-length, size limits failed', bare(coinbase(height, [output(1, new Uint8Array(1_000_000))]))],
    ['consensus: bad-cb-missing, first tx is not coinbase', bare(spend(1))],
    ['consensus: bad-cb-multiple, more than one coinbase', bare(noWitness, coinbase(9, [output(1)]))],
    [
      'consensus: bad-blk-sigops, out-of-bounds SigOpCount',
      bare(noWitness, transaction(spend(1).inputs, [output(1, new Uint8Array(20_001).fill(OP_CHECKSIG))])),
    ],
    ['valid', bare(noWitness, transaction(spend(1).inputs, [output(1, new Uint8Array(20_000).fill(OP_CHECKSIG))]))],
  ])('%s', (expected, block) => {
    expect(verdict(block)).toBe(expected)
  })

  test('a bad transaction is named', () => {
    const bad = transaction(spend(1).inputs, [output(-1)])
    expect(verdict(bare(noWitness, bad))).toMatch(
      /^consensus: bad-txns-vout-negative, Transaction check failed \(tx hash [0-9a-f]{64}\) $/,
    )
  })

  test('64 bytes without a coinbase may be an inner node of the tree', () => {
    const tx = transaction(spend(1).inputs, [output(1, new Uint8Array(4))])
    expect(checkMutation(bare(tx), true).ok).toBe(false)
    expect(checkMutation(bare(spend(1)), true).ok).toBe(true)
  })
})

describe('rules of the place in the chain', () => {
  test('bad-txns-nonfinal: height, and median time past', () => {
    const late = 'consensus: bad-txns-nonfinal, non-final transaction'
    expect(verdict(bare(noWitness, spend(1, { lockTime: height })))).toBe(late)
    expect(verdict(bare(noWitness, spend(1, { lockTime: height - 1 })))).toBe('valid')
    const median = chain.tip.ancestor(1)!.time + 1
    expect(verdict(bare(noWitness, spend(1, { lockTime: median })))).toBe(late)
    expect(verdict(bare(noWitness, spend(1, { lockTime: median - 1 })))).toBe('valid')
    const consensus = { ...REGTEST.consensus, buriedHeights: { ...REGTEST.consensus.buriedHeights, csv: 1000 } }
    const beforeBip113: NetworkParameters = { ...REGTEST, consensus }
    const block = bare(noWitness, spend(1, { lockTime: chain.header().time - 1 }))
    expect([verdict(block), verdict(block, beforeBip113)]).toEqual([late, 'valid'])
  })

  test('bad-cb-height', () => {
    const wrong = coinbase(height + 1, [output(50)], { witness: [] })
    expect(verdict(bare(wrong))).toBe('consensus: bad-cb-height, block height mismatch in coinbase')
  })

  test('witness commitment', () => {
    const good = commit(chain.header(), [first, spend(1)])
    const [committed, other] = good.transactions
    const withWitness = (witness: Uint8Array[]): Block => {
      const inputs = [{ ...committed!.inputs[0]!, witness }]
      return { ...good, transactions: [{ ...committed!, inputs }, other!] }
    }
    expect(verdict(withWitness([]))).toBe(
      'mutated: bad-witness-nonce-size, CheckWitnessMalleation : invalid witness reserved value size',
    )
    expect(verdict(withWitness([new Uint8Array(32), new Uint8Array(32)]))).toContain('bad-witness-nonce-size')
    expect(verdict(withWitness([new Uint8Array(31)]))).toContain('bad-witness-nonce-size')
    expect(verdict(withWitness([new Uint8Array(32).fill(1)]))).toBe(
      'mutated: bad-witness-merkle-match, CheckWitnessMalleation : witness merkle commitment mismatch',
    )
    expect(checkMutation(withWitness([]), true).ok).toBe(false)
    expect(checkMutation(good, true).ok).toBe(true)
    expect(verdict(bare(first))).toBe(
      'mutated: unexpected-witness, CheckWitnessMalleation : unexpected witness data found',
    )
  })

  test('the last commitment counts', () => {
    const { transactions } = commit(chain.header(), [first])
    const script = transactions[0]!.outputs.at(-1)!.scriptPubKey
    const coinbaseTx = { ...transactions[0]!, outputs: [output(0, script), output(0), output(0, script), output(0)] }
    expect(findWitnessCommitment(coinbaseTx)).toBe(2)
    expect(findWitnessCommitment(transaction([], [output(0, script.subarray(0, 37))]))).toBe(-1)
  })

  test('bad-blk-weight', () => {
    const heavy = transaction(
      [input(spend(1).inputs[0]!.prevout, { witness: [new Uint8Array(4_000_000)] })],
      [output(1)],
    )
    expect(verdict(commit(chain.header(), [first, heavy]))).toBe(
      'consensus: bad-blk-weight, ContextualCheckBlock : weight limit failed',
    )
  })
})

describe('signet (BIP 325)', () => {
  const secret = new Uint8Array(32).fill(3)
  const challenge = createP2pk(publicKeyFromSecret(secret)!)
  const parameters: NetworkParameters = { ...REGTEST, consensus: { ...REGTEST.consensus, signetChallenge: challenge } }
  const header = Uint8Array.of(0xec, 0xc7, 0xda, 0xa2)

  /** The block with `solution` behind the commitment in its output. */
  const withSolution = (solution: Uint8Array): Block => {
    const { transactions } = commit(chain.header(), [first, spend(1)])
    const [coinbaseTx, ...rest] = transactions
    const outputs = coinbaseTx!.outputs.map((each, i) =>
      i === 1
        ? { ...each, scriptPubKey: concatBytes(each.scriptPubKey, encodeDataPush(concatBytes(header, solution))) }
        : each,
    )
    return grind(seal(chain.header(), [{ ...coinbaseTx!, outputs }, ...rest]))
  }
  const sign = (block: Block): Uint8Array => {
    const { toSign, toSpend } = createSignetTransactions(block, challenge)!
    const request = { inputIndex: 0, scriptCode: challenge, hashType: SIGHASH_ALL }
    const hash = computeLegacySighash(new SighashCache(toSign, toSpend.outputs), request)
    const signature = concatBytes(encodeDer(ecdsaSign(hash, secret)!), Uint8Array.of(SIGHASH_ALL))
    return new ByteWriter().varBytes(encodeDataPush(signature)).compactSize(0).finish()
  }
  const reason = (block: Block): string => {
    const result = checkBlock(block, parameters)
    return result.ok ? 'valid' : result.error.reason
  }

  test('a block with the signature that the challenge asks for, and no other', () => {
    // The header alone is what was signed for: its length, not the solution behind it, stays in the commitment.
    const solution = sign(withSolution(Uint8Array.of(0, 0)))
    expect(reason(withSolution(solution))).toBe('valid')
    const spoilt = solution.slice()
    spoilt[20]! ^= 1
    expect(reason(withSolution(spoilt))).toBe('bad-signet-blksig')
    expect(reason(withSolution(concatBytes(solution, Uint8Array.of(0))))).toBe('bad-signet-blksig')
    expect(reason(withSolution(Uint8Array.of(0xff)))).toBe('bad-signet-blksig')
    expect(reason(grind(commit(chain.header(), [first])))).toBe('bad-signet-blksig')
    expect(reason(grind(bare(noWitness)))).toBe('bad-signet-blksig')
    expect(reason(REGTEST.genesis)).toBe('valid')
  })

  test('the pair of transactions', () => {
    const { toSign, toSpend } = createSignetTransactions(withSolution(Uint8Array.of(0, 0)), challenge)!
    expect(toSign.inputs[0]!.prevout).toEqual({ txid: computeTxid(toSpend), index: 0 })
    expect(toSpend.inputs[0]!.scriptSig).toHaveLength(74)
    expect(equalBytes(toSign.outputs[0]!.scriptPubKey, createScript([OP_RETURN]))).toBe(true)
  })
})
