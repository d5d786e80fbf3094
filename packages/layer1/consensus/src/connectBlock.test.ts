import { describe, expect, test } from 'vitest'
import { concatBytes } from '@ply/bytes'
import { ecdsaSign, encodeDer, hash160, publicKeyFromSecret } from '@ply/crypto'
import {
  COIN,
  computeTxid,
  type OutPoint,
  outPointKey,
  REGTEST,
  type Transaction,
  type TxInput,
  type TxOutput,
} from '@ply/primitives'
import {
  computeSegwitV0Sighash,
  createNullData,
  createP2pkh,
  createP2sh,
  createP2wpkh,
  createP2wsh,
  createScript,
  OP_CHECKSIG,
  OP_DROP,
  OP_NOT,
  OP_0,
  SIGHASH_ALL,
  SighashCache,
} from '@ply/script'
import { connectBlock, createdOutpoints, disconnectBlock, requiredOutpoints } from './index.ts'
import { coinbase, commit, grind, input, OP_TRUE, output, TestChain, transaction } from './test/fixture.ts'

const outpoint = (tx: Transaction, index = 0): OutPoint => ({ txid: computeTxid(tx), index })

/** A chain with one mature coinbase of 50 bitcoins that anyone can spend. */
function start(): { chain: TestChain; first: Transaction } {
  const chain = new TestChain()
  const first = chain.mine()
  chain.mine(99)
  return { chain, first }
}

/** Confirms an output with this script, worth 49 bitcoins, and returns its transaction. */
function pay(chain: TestChain, first: Transaction, scriptPubKey: Uint8Array): Transaction {
  const tx = transaction([input(outpoint(first))], [output(49n * COIN, scriptPubKey)])
  chain.connect(chain.block([tx], COIN))
  return tx
}

const spending = (tx: Transaction, more: Partial<TxInput> = {}, outputs?: TxOutput[]): Transaction =>
  transaction([input(outpoint(tx), more)], outputs ?? [output(48n * COIN)])

describe('inputs', () => {
  test('spends, in-block spends, fees and undo', () => {
    const { chain, first } = start()
    const a = transaction(
      [input(outpoint(first))],
      [output(20n * COIN), output(29n * COIN), output(0, createNullData())],
    )
    const b = transaction([input(outpoint(a, 1))], [output(28n * COIN)])
    const block = chain.block([a, b], 2n * COIN)
    const before = new Map(chain.coins)
    const { delta, undo, fees } = chain.connect(block)
    expect(fees).toBe(2n * COIN)
    expect(delta.spent).toEqual([outpoint(first)])
    const keys = delta.created.map(([created]) => outPointKey(created))
    expect(keys).toEqual([outpoint(block.transactions[0]!), outpoint(a), outpoint(b)].map(outPointKey))
    expect(undo.map((coins) => coins.map((coin) => [coin.output.value, coin.height, coin.isCoinbase]))).toEqual([
      [[50n * COIN, 1, true]],
      [[29n * COIN, 101, false]],
    ])
    const back = disconnectBlock(block, undo, { height: 101, coins: chain })
    expect(back).toMatchObject({ ok: true, value: { clean: true } })
    if (!back.ok) return
    for (const each of back.value.delta.spent) chain.coins.delete(outPointKey(each))
    for (const [each, coin] of back.value.delta.created) chain.coins.set(outPointKey(each), coin)
    expect(chain.coins).toEqual(before)
    expect(disconnectBlock(block, undo, { height: 101, coins: chain })).toMatchObject({ value: { clean: false } })
    expect(disconnectBlock(block, undo.slice(1), { height: 101, coins: chain })).toMatchObject({
      error: { code: 'inconsistent-undo' },
    })
    expect(disconnectBlock(block, [undo[0]!, []], { height: 101, coins: chain }).ok).toBe(false)
  })

  test('what must be loaded: no coin of the block itself, and where BIP 30 holds also those it would overwrite', () => {
    const { chain, first } = start()
    const a = transaction([input(outpoint(first))], [output(20n * COIN), output(0, createNullData())])
    const b = transaction([input(outpoint(a)), input(outpoint(a, 1)), input(outpoint(a, 7))], [output(1)])
    const block = chain.block([a, b])
    const required = requiredOutpoints(block, { parameters: REGTEST, previous: chain.tip }).map(outPointKey)
    expect(new Set(required).size).toBe(required.length)
    const created = createdOutpoints(block)
    expect(required).toHaveLength(3 + created.length - 1)
    const bip34Hash = chain.tip.ancestor(1)!.hash
    const known = { ...REGTEST, consensus: { ...REGTEST.consensus, bip34Hash } }
    const few = requiredOutpoints(block, { parameters: known, previous: chain.tip }).map(outPointKey)
    expect(few).toEqual([outpoint(first), outpoint(a, 1), outpoint(a, 7)].map(outPointKey))
  })

  test('bad-txns-inputs-missingorspent', () => {
    const { chain, first } = start()
    const tx = spending(first)
    const again = transaction([input(outpoint(first))], [output(1)])
    const reason = /^bad-txns-inputs-missingorspent, CheckTxInputs: inputs missing\/spent in transaction [0-9a-f]{64}$/
    expect(chain.try(chain.block([tx, again]))).toMatch(reason)
    expect(chain.try(chain.block([spending(tx)]))).toMatch(reason)
    // A child may not stand before its parent.
    const child = transaction([input(outpoint(tx))], [output(1)])
    expect(chain.try(chain.block([child, tx]))).toMatch(reason)
    expect(chain.try(chain.block([tx, child]))).toBeTypeOf('object')
  })

  test('bad-txns-premature-spend-of-coinbase: a hundred blocks on and not one less', () => {
    const chain = new TestChain()
    const first = chain.mine()
    chain.mine(98)
    expect(chain.try(chain.block([spending(first)]))).toMatch(
      /^bad-txns-premature-spend-of-coinbase, tried to spend coinbase at depth 99 in transaction/,
    )
    chain.mine()
    expect(chain.try(chain.block([spending(first)]))).toBeTypeOf('object')
  })

  test('bad-txns-in-belowout', () => {
    const { chain, first } = start()
    expect(chain.try(chain.block([spending(first, {}, [output(50n * COIN + 1n)])]))).toMatch(
      /^bad-txns-in-belowout, value in \(50\.00\) < value out \(50\.00000001\) in transaction/,
    )
  })

  test('bad-txns-nonfinal: relative locks of BIP 68, from version 2 on', () => {
    const { chain, first } = start()
    const paid = pay(chain, first, OP_TRUE)
    const reason = /^bad-txns-nonfinal, contains a non-BIP68-final transaction [0-9a-f]{64}$/
    const locked = spending(paid, { sequence: 3 })
    const timed = spending(paid, { sequence: 0x400001 })
    expect(chain.try(chain.block([locked]))).toMatch(reason)
    expect(chain.try(chain.block([{ ...locked, version: 1 }]))).toBeTypeOf('object')
    expect(chain.try(chain.block([spending(paid, { sequence: 0x80000003 })]))).toBeTypeOf('object')
    chain.mine()
    expect(chain.try(chain.block([locked]))).toMatch(reason)
    chain.mine()
    expect(chain.try(chain.block([locked]))).toBeTypeOf('object')
    // Blocks come one second after each other: 512 of them make one unit of time.
    expect(chain.try(chain.block([timed]))).toMatch(reason)
  })

  test('bad-txns-BIP30: an unspent transaction is not overwritten', () => {
    const { chain } = start()
    const twin = chain.block()
    chain.connect(twin)
    const parameters = { ...REGTEST, consensus: { ...REGTEST.consensus, bip34Hash: chain.tip.ancestor(1)!.hash } }
    const context = { parameters: REGTEST, previous: chain.tip }
    const result = connectBlock(twin, chain, context)
    expect(result).toMatchObject({ error: { reason: 'bad-txns-BIP30', message: 'tried to overwrite transaction' } })
    expect(connectBlock(twin, chain, { ...context, parameters }).ok).toBe(true)
  })
})

describe('the whole block', () => {
  test('bad-cb-amount', () => {
    const { chain, first } = start()
    const tx = spending(first)
    const mined = (value: bigint): string => {
      const block = grind(commit(chain.header(), [coinbase(chain.height + 1, [output(value)]), tx]))
      const result = chain.try(block)
      return typeof result === 'string' ? result : 'valid'
    }
    expect(mined(52n * COIN)).toBe('valid')
    expect(mined(52n * COIN + 1n)).toBe('bad-cb-amount, coinbase pays too much (actual=5200000001 vs limit=5200000000)')
  })

  test('bad-blk-sigops: those of redeem scripts count four times, of witnesses once', () => {
    const { chain, first } = start()
    const many = new Uint8Array(500).fill(OP_CHECKSIG)
    const redeem = concatBytes(createScript([OP_0, OP_DROP]), createScript([OP_TRUE[0]!]), many.fill(0xac))
    const outputs = Array.from({ length: 41 }, () => output(COIN, createP2sh(redeem)))
    const fan = transaction([input(outpoint(first))], outputs)
    chain.connect(chain.block([fan]))
    const inputs = (count: number): TxInput[] =>
      Array.from({ length: count }, (_, i) => input(outpoint(fan, i), { scriptSig: createScript([redeem]) }))
    expect(chain.try(chain.block([transaction(inputs(41), [output(1)])]))).toBe('bad-blk-sigops, too many sigops')
    expect(chain.try(chain.block([transaction(inputs(40), [output(1)])]))).toMatch(/^block-script-verify-flag-failed/)
  })
})

describe('scripts', () => {
  const secret = new Uint8Array(32).fill(9)
  const key = publicKeyFromSecret(secret)!

  function signed(tx: Transaction, spent: TxOutput): Transaction {
    const cache = new SighashCache(tx, [spent])
    const request = { inputIndex: 0, scriptCode: createP2pkh(hash160(key)), hashType: SIGHASH_ALL }
    const hash = computeSegwitV0Sighash(cache, request)
    const signature = concatBytes(encodeDer(ecdsaSign(hash, secret)!), Uint8Array.of(SIGHASH_ALL))
    return { ...tx, inputs: [{ ...tx.inputs[0]!, witness: [signature, key] }] }
  }

  test('signatures are collected, and a bad one found when they are settled', () => {
    const { chain, first } = start()
    const paid = pay(chain, first, createP2wpkh(hash160(key)))
    const good = signed(spending(paid), paid.outputs[0]!)
    const connection = chain.try(chain.block([good], COIN))
    expect(connection).toMatchObject({ scripts: [{ checks: [{ kind: 'ecdsa' }] }] })
    const bad: Transaction = { ...good, outputs: [output(47n * COIN)] }
    const block = chain.block([bad])
    expect(connectBlock(block, chain, { parameters: REGTEST, previous: chain.tip }).ok).toBe(true)
    expect(chain.try(block)).toMatch(
      /^block-script-verify-flag-failed \(Script evaluated without error but finished with a false\/empty top stack element\), input 0 of [0-9a-f]{64} \(wtxid [0-9a-f]{64}\), spending [0-9a-f]{64}:0$/,
    )
    expect(connectBlock(block, chain, { parameters: REGTEST, previous: chain.tip, checkScripts: false })).toMatchObject(
      {
        value: { scripts: [] },
      },
    )
  })

  test('a script that wants a bad signature gets the interpreter’s verdict', () => {
    const { chain, first } = start()
    const wantsBad = createScript([key, OP_CHECKSIG, OP_NOT])
    const paid = pay(chain, first, createP2wsh(wantsBad))
    const other = ecdsaSign(new Uint8Array(32).fill(1), secret)!
    const signature = concatBytes(encodeDer(other), Uint8Array.of(SIGHASH_ALL))
    expect(chain.try(chain.block([spending(paid, { witness: [signature, wantsBad] })]))).toBeTypeOf('object')
  })

  test('a failure that needs no signature is found at once', () => {
    const { chain, first } = start()
    const paid = pay(chain, first, createP2wsh(createScript([OP_0])))
    const block = chain.block([spending(paid, { witness: [createScript([OP_0])] })])
    expect(connectBlock(block, chain, { parameters: REGTEST, previous: chain.tip })).toMatchObject({
      error: { failure: 'consensus', reason: expect.stringContaining('block-script-verify-flag-failed') as string },
    })
  })
})
