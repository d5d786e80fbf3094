import { hash160 } from '@ply/crypto'
import { computeDustThreshold } from '@ply/mempool'
import { computeTxid, sats, strippedSize, type Transaction, transactionWeight, virtualSize } from '@ply/primitives'
import {
  createMultisig,
  createNullData,
  createP2a,
  createP2pk,
  createP2pkh,
  createP2sh,
  createP2tr,
  createP2wpkh,
  createP2wsh,
  createScript,
  OP_1,
  OP_2DROP,
  OP_CHECKSIG,
  OP_DROP,
  OP_ENDIF,
  OP_0,
  OP_IF,
} from '@ply/script'
import { fund, spendCoins, totalOf } from './fund.ts'
import { KEYS, xOnly } from './keys.ts'
import type { OwnedCoin } from './ledger.ts'
import type { Lock, Unlocking } from './lock.ts'
import { ANYONE } from './locks.ts'
import type { Run } from './run.ts'

const EMPTY = new Uint8Array(0)
const VALUE = 1_000_000n

const anyone = (run: Run): Lock => ANYONE(run.random, run.place)

const fundAnyone = (run: Run, count: number): Promise<OwnedCoin[]> =>
  fund(run, new Array(count).fill({ lock: anyone(run), value: VALUE }))

const outputOf = (tx: Transaction, index: number, lock: Lock): OwnedCoin => ({
  outpoint: { txid: computeTxid(tx), index },
  value: tx.outputs[index]!.value,
  lock,
  coinbase: false,
  txVersion: tx.version,
})

/** Pays one satoshi per vbyte, and has data in it until `measure` says `size`. */
function sized(
  coins: readonly OwnedCoin[],
  lock: Lock,
  { size, measure, version = 2 }: { size: number; measure: (tx: Transaction) => number; version?: number },
): Transaction {
  const build = (length: number): Transaction => {
    const data = { value: 0n, scriptPubKey: createNullData(new Uint8Array(length)) }
    const value = totalOf(coins) - BigInt(size + 500)
    return spendCoins(coins, { outputs: [{ value, scriptPubKey: lock.scriptPubKey }, data], version })
  }
  const start = Math.max(300, Math.floor(size / 5))
  const unit = measure(build(start + 1000)) - measure(build(start))
  return build(start + Math.floor(((size - measure(build(start))) * 1000) / unit))
}

async function dustBoundary(run: Run): Promise<void> {
  const { publicKey, uncompressed } = KEYS[0]!
  const keyHash = hash160(publicKey)
  const scripts = [
    createP2pkh(keyHash),
    createP2pk(publicKey),
    createP2pk(uncompressed),
    createP2sh(EMPTY),
    createP2wpkh(keyHash),
    createP2wsh(EMPTY),
    createP2tr(xOnly(KEYS[0]!)),
    createP2a(),
    createMultisig(1, [publicKey, uncompressed, publicKey]),
    createNullData(new Uint8Array(10)),
  ]
  const [coin] = await fundAnyone(run, 1)
  for (const scriptPubKey of scripts) {
    const threshold = computeDustThreshold({ value: sats(0), scriptPubKey }, 3000n)
    for (const value of [threshold - 1n, threshold]) {
      if (value < 0n) continue
      const outputs = [
        { value: VALUE - 50_000n, scriptPubKey: anyone(run).scriptPubKey },
        { value, scriptPubKey },
      ]
      await run.test(`dust ${value}`, spendCoins([coin!], { outputs }))
    }
  }
}

async function feeBoundary(run: Run): Promise<void> {
  const [coin] = await fundAnyone(run, 1)
  const build = (fee: bigint): Transaction =>
    spendCoins([coin!], { outputs: [{ value: VALUE - fee, scriptPubKey: anyone(run).scriptPubKey }] })
  const least = BigInt(Math.ceil(virtualSize(build(0n)) / 10))
  for (const fee of [least - 1n, least]) await run.test(`fee ${fee}`, build(fee))
  for (const fee of [9_599n, 9_600n, 9_601n]) await run.test(`high fee ${fee}`, build(fee), '0.001')
}

async function sizeBoundary(run: Run): Promise<void> {
  const coins = await fundAnyone(run, 2)
  const lock = anyone(run)
  const [coin] = coins
  for (const size of [400_000, 400_004]) {
    await run.test(`weight ${size}`, sized([coin!], lock, { size, measure: transactionWeight }))
  }
  for (const size of [1_000_000, 1_000_001]) {
    await run.test(`stripped size ${size}`, sized([coin!], lock, { size, measure: strippedSize }))
  }
  for (const size of [10_000, 10_001]) {
    await run.test(`v3 of ${size}`, sized([coin!], lock, { size, measure: virtualSize, version: 3 }))
  }
  for (const length of [0, 1, 2, 3, 4]) {
    const outputs = [{ value: 0n, scriptPubKey: createNullData(new Uint8Array(length)) }]
    await run.test(`tiny ${length}`, spendCoins([coin!], { outputs }))
  }
  const parent = spendCoins([coins[1]!], {
    outputs: [{ value: VALUE - 1000n, scriptPubKey: lock.scriptPubKey }],
    version: 3,
  })
  await run.offer('v3 parent', parent)
  for (const size of [1001, 1000]) {
    const child = sized([outputOf(parent, 0, lock)], lock, { size, measure: virtualSize, version: 3 })
    await run.offer(`v3 child of ${size}`, child)
  }
}

/** Scripts and stacks at the edge of what is relayed. */
async function scriptBoundary(run: Run): Promise<void> {
  const bare = (script: Uint8Array, ...witness: readonly Uint8Array[]): Lock => ({
    name: 'random edge',
    scriptPubKey: createP2wsh(script),
    unlock: () => ({ scriptSig: EMPTY, witness: [...witness, script] }),
  })
  const legacy = (script: Uint8Array, ...pushes: readonly Uint8Array[]): Lock => ({
    name: 'random edge',
    scriptPubKey: createP2sh(script),
    unlock: () => ({ scriptSig: createScript([...pushes, script]), witness: [] }),
  })
  const long = (length: number): Uint8Array => {
    const parts = Array.from({ length: Math.floor((length - 10) / 404) }, () => [new Uint8Array(400), OP_DROP]).flat()
    return createScript([...parts, ...splitPush(length - createScript(parts).length - 1), OP_1])
  }
  const drops = (items: number): Uint8Array =>
    createScript([...new Array<number>(Math.floor(items / 2)).fill(OP_2DROP), ...(items % 2 ? [OP_DROP] : []), OP_1])
  const item = (length: number): Uint8Array => new Uint8Array(length).fill(7)
  const checks = (count: number): Uint8Array =>
    createScript([OP_0, OP_IF, ...new Array<number>(count).fill(OP_CHECKSIG), OP_ENDIF, OP_1])
  const locks = [
    ...[3600, 3601].map((length) => bare(long(length))),
    ...[100, 101].map((count) => bare(drops(count), ...Array.from({ length: count }, () => item(1)))),
    ...[80, 81].map((length) => bare(drops(1), item(length))),
    ...[15, 16].map((count) => legacy(checks(count))),
    // Three pushes of 520 and one that fills up to 1650 and 1651 bytes.
    ...[78, 79].map((length) => legacy(drops(4), item(520), item(520), item(520), item(length))),
  ]
  const coins = await fund(
    run,
    locks.map((lock) => ({ lock, value: 100_000n })),
  )
  for (const [i, coin] of coins.entries()) {
    const outputs = [{ value: 50_000n, scriptPubKey: anyone(run).scriptPubKey }]
    await run.test(`edge ${i}`, spendCoins([coin], { outputs }))
  }
}

/** BIP 54: 2500 signature operations outside the witness. */
async function legacySigopBoundary(run: Run): Promise<void> {
  const lock = (count: number): Lock => {
    const script = createScript([OP_0, OP_IF, ...new Array<number>(count).fill(OP_CHECKSIG), OP_ENDIF, OP_1])
    const unlock = (): Unlocking => ({ scriptSig: createScript([script]), witness: [] })
    return { name: 'random sigops', scriptPubKey: createP2sh(script), unlock }
  }
  const locks = [...new Array<Lock>(166).fill(lock(15)), lock(10), lock(11)]
  const coins = await fund(
    run,
    locks.map((each) => ({ lock: each, value: 10_000n })),
  )
  const outputs = [{ value: 1_000_000n, scriptPubKey: anyone(run).scriptPubKey }]
  await run.test('2500 legacy sigops', spendCoins(coins.slice(0, 167), { outputs }))
  await run.test('2501 legacy sigops', spendCoins([...coins.slice(0, 166), coins[167]!], { outputs }))
}

/** A second child of a TRUC parent pushes the first out, if it pays; and limits of packages. */
async function packageBoundary(run: Run): Promise<void> {
  const lock = anyone(run)
  const coins = await fundAnyone(run, 4)
  const { scriptPubKey } = lock
  const two = [1, 2].map(() => ({ value: VALUE / 2n - 1000n, scriptPubKey }))
  const parent = spendCoins([coins[0]!], { outputs: two, version: 3 })
  const child = (index: number, fee: bigint): Transaction => {
    const coin = outputOf(parent, index, lock)
    return spendCoins([coin], { outputs: [{ value: coin.value - fee, scriptPubKey }], version: 3 })
  }
  await run.offer('v3 parent of two', parent)
  await run.offer('first child', child(0, 1000n))
  for (const fee of [900n, 1001n, 5000n]) await run.offer(`sibling for ${fee}`, child(1, fee))
  await run.offerPackage('sibling in a package', [parent, child(0, 20_000n)])

  const large = sized([coins[1]!], lock, { size: 60_000, measure: virtualSize })
  const largeChild = sized([outputOf(large, 0, lock)], lock, { size: 50_000, measure: virtualSize })
  await run.offerPackage('large package', [large, largeChild])

  const free = spendCoins([coins[2]!], { outputs: [{ value: VALUE, scriptPubKey }] })
  const rich = spendCoins([outputOf(free, 0, lock)], { outputs: [{ value: VALUE - 500_000n, scriptPubKey }] })
  await run.offerPackage('package that pays too much', [free, rich], '0.01')
  await run.offerPackage('package of one', [spendCoins([coins[3]!], { outputs: two })])
}

/** Pushes and drops of `length` bytes in all. */
function splitPush(length: number): (Uint8Array | number)[] {
  if (length < 2) return []
  if (length <= 77) return [new Uint8Array(length - 2), OP_DROP]
  if (length <= 258) return [new Uint8Array(length - 3), OP_DROP]
  return [new Uint8Array(length - 4), OP_DROP]
}

async function clusterBoundary(run: Run): Promise<void> {
  const lock = anyone(run)
  const [start, wide] = await fundAnyone(run, 2)
  let coin = start!
  for (let i = 0; i < 65; i++) {
    const tx = spendCoins([coin], { outputs: [{ value: coin.value - 1000n, scriptPubKey: lock.scriptPubKey }] })
    if (i < 63) await run.duel.ask('cluster', 'sendrawtransaction', [run.hex(tx)])
    else await run.offer(`cluster of ${i + 1}`, tx)
    coin = outputOf(tx, 0, lock)
  }
  await run.duel.comparePoolDetails('cluster')
  const parent = spendCoins([wide!], {
    outputs: new Array(40).fill({ value: 20_000n, scriptPubKey: lock.scriptPubKey }),
  })
  await run.offer('wide parent', parent)
  for (let i = 0; i < 10; i++) {
    await run.offer('wide child', sized([outputOf(parent, i, lock)], lock, { size: 12_000, measure: virtualSize }))
  }
  await run.duel.comparePoolDetails('wide cluster')
}

async function replacementBoundary(run: Run): Promise<void> {
  const lock = anyone(run)
  const coins = await fundAnyone(run, 103)
  for (const coin of coins.slice(0, 101)) {
    const tx = spendCoins([coin], { outputs: [{ value: VALUE - 1000n, scriptPubKey: lock.scriptPubKey }] })
    await run.duel.ask('to be replaced', 'sendrawtransaction', [run.hex(tx)])
  }
  const outputs = [{ value: 1_000_000n, scriptPubKey: lock.scriptPubKey }]
  await run.offer('101 clusters replaced', spendCoins(coins.slice(0, 101), { outputs }))
  await run.offer('100 clusters replaced', spendCoins(coins.slice(0, 100), { outputs }))
  const coin = coins[101]!
  const pay = (fee: bigint): Transaction =>
    spendCoins([coin], { outputs: [{ value: VALUE - fee, scriptPubKey: lock.scriptPubKey }] })
  await run.offer('first', pay(1000n))
  for (const fee of [999n, 1001n, 1009n, 1010n]) await run.offer(`replacement for ${fee}`, pay(fee))
  const first = pay(1010n)
  const own = spendCoins([coin, outputOf(first, 0, lock)], {
    outputs: [{ value: 1_000_000n, scriptPubKey: lock.scriptPubKey }],
  })
  await run.offer('spends what it replaces', own)
}

export async function runPolicyBoundaries(run: Run): Promise<void> {
  await dustBoundary(run)
  await feeBoundary(run)
  await sizeBoundary(run)
  await scriptBoundary(run)
  await clusterBoundary(run)
  await replacementBoundary(run)
  await legacySigopBoundary(run)
  await packageBoundary(run)
}
