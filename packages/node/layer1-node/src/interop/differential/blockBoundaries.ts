import { concatBytes, equalBytes } from '@ply/bytes'
import { computeMedianTimePast } from '@ply/consensus'
import {
  type Block,
  blockSizes,
  blockWeight,
  difficultyAdjustmentInterval,
  sats,
  type Transaction,
} from '@ply/primitives'
import {
  computeAnnexHash,
  createNullData,
  createP2sh,
  createP2wsh,
  createScript,
  createTaprootOutput,
  OP_0,
  OP_1,
  OP_CHECKMULTISIG,
  OP_CHECKSIG,
  OP_ENDIF,
  OP_IF,
} from '@ply/script'
import { buildBlock } from './blocks.ts'
import { fund, spendCoins, totalOf } from './fund.ts'
import { KEYS, signKeyPath, xOnly } from './keys.ts'
import type { OwnedCoin } from './ledger.ts'
import type { Lock } from './lock.ts'
import { ANYONE } from './locks.ts'
import type { Run } from './run.ts'

const EMPTY = new Uint8Array(0)
/** Checks of 20 keys that never run, but are counted. */
const manyChecks = (twenties: number, ones = 0): Uint8Array =>
  createScript([
    OP_0,
    OP_IF,
    ...new Array<number>(twenties).fill(OP_CHECKMULTISIG),
    ...new Array<number>(ones).fill(OP_CHECKSIG),
    OP_ENDIF,
    OP_1,
  ])

const witnessLock = (script: Uint8Array): Lock => ({
  name: 'sigops',
  scriptPubKey: createP2wsh(script),
  unlock: () => ({ scriptSig: EMPTY, witness: [script] }),
})
const p2shLock = (script: Uint8Array): Lock => ({
  name: 'sigops',
  scriptPubKey: createP2sh(script),
  unlock: () => ({ scriptSig: createScript([script]), witness: [] }),
})

const plainReward = (run: Run): Lock => ANYONE(run.random, run.place)

async function submitSpend(run: Run, what: string, tx: Transaction, coins: readonly OwnedCoin[]): Promise<boolean> {
  const fees = totalOf(coins) - tx.outputs.reduce((sum, { value }) => sum + value, 0n)
  return run.submitBlock(what, buildBlock(run.plan({ transactions: [tx], fees }, plainReward(run))))
}

/** 80,000 is the most that the signature operations of a block may cost. */
async function sigopBoundary(run: Run): Promise<void> {
  const cases = [
    { name: 'witness', lock: witnessLock, full: 20, last: 20 },
    { name: 'p2sh', lock: p2shLock, full: 5, last: 5 },
  ] as const
  for (const { name, lock, full, last } of cases) {
    const locks = [
      ...new Array<Lock>(full).fill(lock(manyChecks(199))),
      lock(manyChecks(last)),
      lock(manyChecks(last, 1)),
    ]
    const coins = await fund(
      run,
      locks.map((each) => ({ lock: each, value: 10_000n })),
    )
    const outputs = [{ value: 1000n, scriptPubKey: plainReward(run).scriptPubKey }]
    const tooMany = [...coins.slice(0, full), coins[full + 1]!]
    const exact = coins.slice(0, full + 1)
    await submitSpend(run, `more than 80,000 of ${name} sigops`, spendCoins(tooMany, { outputs }), tooMany)
    await submitSpend(run, `80,000 of ${name} sigops`, spendCoins(exact, { outputs }), exact)
  }
}

/** A block whose coinbase is padded until `measure` says `size`. */
function padded(run: Run, size: number, measure: (block: Block) => number, withoutCommitment = false): Block {
  const build = (length: number): Block =>
    buildBlock({
      ...run.plan({ transactions: [], fees: 0n }, plainReward(run)),
      withoutCommitment,
      coinbase: (coinbase) => ({
        ...coinbase,
        outputs: [...coinbase.outputs, { value: sats(0), scriptPubKey: createNullData(new Uint8Array(length)) }],
      }),
    })
  const start = 900_000
  return build(start + size - measure(build(start)))
}

async function sizeBoundary(run: Run): Promise<void> {
  const stripped = (block: Block): number => blockSizes(block).stripped
  for (const size of [1_000_001, 1_000_000, 999_992, 999_991]) {
    await run.submitBlock(`${size} bytes without witness`, padded(run, size, stripped))
  }
  await run.submitBlock('1,000,001 bytes, no witness', padded(run, 1_000_001, stripped, true))
  await run.submitBlock('1,000,000 bytes, no witness', padded(run, 1_000_000, stripped, true))
}

/** An annex is witness of any length: it brings the weight to the very unit. */
async function weightBoundary(run: Run): Promise<void> {
  const key = KEYS[0]!
  const output = createTaprootOutput(xOnly(key))!
  const lock = (annexLength: number): Lock => ({
    name: 'p2tr annex',
    scriptPubKey: output.scriptPubKey,
    unlock: (place) => {
      const annex = concatBytes(Uint8Array.of(0x50), new Uint8Array(annexLength))
      const signature = signKeyPath(place, key, { merkleRoot: undefined, annexHash: computeAnnexHash(annex) })
      return { scriptSig: EMPTY, witness: [signature, annex] }
    },
  })
  const [coin] = await fund(run, [{ lock: lock(0), value: 10_000n }])
  const build = (annexLength: number): Block => {
    const tx = spendCoins([{ ...coin!, lock: lock(annexLength) }], {
      outputs: [{ value: 10_000n, scriptPubKey: plainReward(run).scriptPubKey }],
    })
    return buildBlock(run.plan({ transactions: [tx], fees: 0n }, plainReward(run)))
  }
  const start = 3_900_000
  const most = start + 4_000_000 - blockWeight(build(start))
  await run.submitBlock('weight 4,000,001', build(most + 1))
  await run.submitBlock('weight 4,000,000', build(most))
}

async function maturityBoundary(run: Run): Promise<void> {
  for (const age of [98, 99, 100]) {
    const coin = await run.ledger.young(age)
    if (!coin) continue
    const tx = spendCoins([coin], { outputs: [{ value: 1000n, scriptPubKey: plainReward(run).scriptPubKey }] })
    await run.offer(`coinbase ${age} blocks old`, tx)
    await submitSpend(run, `coinbase ${age} blocks old`, tx, [coin])
  }
}

async function lockTimeBoundary(run: Run): Promise<void> {
  const lock = plainReward(run)
  const coins = await fund(run, new Array(12).fill({ lock, value: 20_000n }))
  const median = computeMedianTimePast(run.tip)
  const height = run.tip.height
  const outputs = [{ value: 10_000n, scriptPubKey: lock.scriptPubKey }]
  const offers = [
    ...[height + 1, height, median, median - 1].map((lockTime) => ({ lockTime, sequence: 0xfffffffe })),
    { lockTime: height + 1, sequence: 0xffffffff },
    ...[2, 1].map((sequence) => ({ sequence })),
    ...[1, 0].map((units) => ({ sequence: 0x400000 + units })),
    { sequence: 0x80000000 + 100 },
    { sequence: 100, version: 1 },
  ]
  for (const [i, offer] of offers.entries()) {
    const coin = coins[i]!
    const tx = spendCoins([coin], { outputs, ...offer })
    await run.offer(`locks ${JSON.stringify(offer)}`, tx)
    const before = run.tip
    await submitSpend(run, `locks ${JSON.stringify(offer)}`, tx, [coin])
    // What was mined changes what comes next: all are judged over the same tip.
    if (run.tip !== before) await run.duel.ask('back', 'invalidateblock', [run.displayHash(run.tip)])
    await run.duel.compareTips('back')
  }
}

/** BIP 30, where BIP 34 does not rule it out yet: a coinbase may come again only once it is spent. */
export async function repeatCoinbase(run: Run): Promise<void> {
  if (run.firstCoinbase === undefined) return
  const { tx, lock } = run.firstCoinbase
  const again = (transactions: readonly Transaction[] = []): Block =>
    buildBlock({
      ...run.plan({ transactions, fees: 0n }, lock),
      withoutCommitment: true,
      coinbase: () => tx,
    })
  await run.submitBlock('a coinbase again, unspent', again())
  const coin = await run.ledger.pick(run.random, ['chain'], ({ lock: other }) =>
    equalBytes(other.scriptPubKey, lock.scriptPubKey),
  )
  if (!coin) return
  const spend = spendCoins([coin], { outputs: [{ value: coin.value, scriptPubKey: plainReward(run).scriptPubKey }] })
  await run.submitBlock('a coinbase again, spent in the same block', again([spend]))
  await submitSpend(run, 'spends the coinbase', spend, [coin])
  await run.submitBlock('a coinbase again, spent', again())
  await run.submitBlock('a coinbase a third time', again())
}

/** BIP 94: the first block of a period lies at most ten minutes before its parent. */
async function timewarpBoundary(run: Run): Promise<void> {
  if (!run.setup.bip94) return
  const period = difficultyAdjustmentInterval(run.parameters)
  const late = (time: number): Block => buildBlock({ ...run.plan({ transactions: [], fees: 0n }), time })
  while (run.tip.height % period !== period - 2) await run.mine(1)
  await run.submitBlock('late last block of a period', late(run.now + 3600))
  for (const seconds of [601, 600]) {
    await run.submitBlock(`${seconds} seconds before its parent`, late(run.tip.time - seconds))
  }
}

export async function runBlockBoundaries(run: Run): Promise<void> {
  await maturityBoundary(run)
  await sigopBoundary(run)
  await sizeBoundary(run)
  await weightBoundary(run)
  await lockTimeBoundary(run)
  await timewarpBoundary(run)
}
