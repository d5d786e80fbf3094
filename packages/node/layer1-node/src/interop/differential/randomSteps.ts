import { bytesToHex } from '@ply/bytes'
import { type Block, computeBlockHash, encodeBlock, encodeTransaction, type Transaction } from '@ply/primitives'
import { isJsonObject } from '@ply/rpc'
import { BLOCK_MUTATIONS } from './blockMutations.ts'
import { buildBlock, remine, usualTime } from './blocks.ts'
import { spendCoins } from './fund.ts'
import { ANCHOR, ANYONE } from './locks.ts'
import { feeOf, isTame, type Run } from './run.ts'
import type { Answer } from './side.ts'
import { type Draft, outputsOf } from './transactions.ts'
import { TX_MUTATIONS } from './txMutations.ts'

const PLACES = ['chain', 'pool', 'contested'] as const

/** A valid block, most of the time. */
async function goodBlock(run: Run): Promise<void> {
  await run.extend('good block', await run.blockContents(8))
}

export async function mutatedBlock(run: Run, name: string): Promise<void> {
  const { random } = run
  const mutation = BLOCK_MUTATIONS[name]!
  const lock = run.rewardLock()
  const block = mutation(run.plan(await run.blockContents(5, 0.1), lock))
  if (random.chance(0.3)) await run.submitHeader(name, block)
  if (block.transactions[0]) run.ledger.learn(block.transactions[0], [lock])
  await run.submitBlock(name, block)
  // The same again: both must remember it alike.
  if (random.chance(0.5)) await run.submitBlock(`${name}, again`, block)
  if (random.chance(0.3)) await onTopOf(run, name, block)
}

/** A block on top of one that may be bad, missing or not connected. */
async function onTopOf(run: Run, name: string, below: Block): Promise<void> {
  const plan = run.plan({ transactions: [], fees: 0n })
  const above = buildBlock({ ...plan, time: plan.time + 1 })
  const block = remine(above, run.parameters, { previousBlockHash: computeBlockHash(below.header) })
  if (run.random.chance(0.5)) await run.submitHeader(`${name}, header above`, block)
  else await run.submitBlock(`${name}, block above`, block)
}

/** A transaction of a block is spoiled. */
async function blockWithBadTransaction(run: Run, name: string): Promise<void> {
  const { random } = run
  const contents = await run.blockContents(4)
  // With two bad scripts in a block, Bitcoin Core names the one that its threads come to first.
  const [coin] = await run.pickCoins(['chain', 'contested'], 1, (each) => !isTame(each.lock) || random.chance(0.5))
  if (!coin) return
  const draft = run.draft([coin])
  const bad = isTame(coin.lock) || random.chance(0.5) ? TX_MUTATIONS[name]!(draft, random, run.place) : draft.tx
  run.ledger.learn(bad, draft.locks)
  const transactions = random.chance(0.5) ? [...contents.transactions, bad] : [bad, ...contents.transactions]
  await run.submitBlock(`block with ${name}`, buildBlock(run.plan({ transactions, fees: contents.fees })))
}

export async function mutatedTransaction(run: Run, name: string): Promise<void> {
  const { random } = run
  const coins = await run.pickCoins(PLACES, 3, (coin) => isTame(coin.lock) || random.chance(0.3))
  if (coins.length === 0) return
  const draft = run.draft(coins, { odd: 0.05 })
  const tx = TX_MUTATIONS[name]!(draft, random, run.place)
  run.ledger.learn(tx, draft.locks)
  await run.offer(name, tx, random.chance(0.1) ? '0.10' : 0)
  if (random.chance(0.1)) await run.offer(`${name}, again`, tx)
}

async function transaction(run: Run): Promise<void> {
  const { random } = run
  const places = random.pick([PLACES, ['pool'], ['contested'], ['chain']] as const)
  const coins = await run.pickCoins(places, 3)
  if (coins.length === 0) return
  const version = random.chance(0.25) ? 3 : 2
  const draft = run.draft(coins, { odd: 0.2, version })
  run.learn(draft)
  await run.offer('transaction', draft.tx, random.chance(0.1) ? '0.10' : 0)
}

/** Parents that pay little, and a child that pays more. */
async function packageOfTransactions(run: Run): Promise<void> {
  const { random } = run
  const version = random.chance(0.4) ? 3 : 2
  const parents: Draft[] = []
  const count = random.pick([1, 1, 2, 3])
  for (let i = 0; i < count; i++) {
    const coins = await run.pickCoins(random.pick([['chain'], ['contested'], ['chain', 'pool']] as const), 1, (coin) =>
      isTame(coin.lock),
    )
    if (coins.length === 0) continue
    const draft = run.draft(coins, {
      odd: 0,
      version,
      feeRate: random.pick([0, 0, 0.05, 1]),
      outputs: 1 + random.below(2),
    })
    run.learn(draft)
    parents.push(draft)
  }
  if (parents.length === 0) return
  const spent = parents.flatMap((draft) => outputsOf(draft).filter((coin, i) => i === 0 && isTame(coin.lock)))
  if (spent.length === 0) return
  const child = run.draft(spent, {
    odd: 0,
    version: random.chance(0.95) ? version : 2,
    feeRate: random.pick([0, 1, 5, 20, 100]),
  })
  run.learn(child)
  const transactions: Transaction[] = [...parents.map(({ tx }) => tx), child.tx]
  if (random.chance(0.05)) transactions.reverse()
  if (random.chance(0.05)) transactions.push(transactions[0]!)
  await run.offerPackage('package', transactions)
}

/** What our miner makes of our pool must be a block for both; sometimes theirs is one for us. */
async function minePool(run: Run): Promise<void> {
  const { node } = run.duel.own
  const lock = run.rewardLock()
  const block = await node.miner.mine({ scriptPubKey: lock.scriptPubKey })
  if (!block) return
  run.ledger.learn(block.transactions[0]!, [lock])
  await run.submitBlock('block of our template', block)
  await run.duel.comparePool('after our template')
}

async function mineTheirPool(run: Run): Promise<void> {
  const { core, own } = run.duel
  const made = await core.call('generatetodescriptor', [1, 'raw(51)'])
  if (!made.ok || !Array.isArray(made.result)) return
  const hex = await core.call('getblock', [String(made.result[0]), 0])
  if (!hex.ok) return
  const answer = await own.call('submitblock', [String(hex.result)])
  if (!answer.ok || answer.result !== null) {
    run.duel.disagreements.push({
      setup: run.setup.name,
      step: run.duel.step,
      what: 'block of their template',
      method: 'submitblock',
      ours: JSON.stringify(answer),
      theirs: 'made it',
      params: [String(hex.result)],
    })
  }
  await run.duel.comparePool('after their template')
}

/** A branch from below the tip that may or may not overtake it, and may hold a bad block. */
async function reorganise(run: Run): Promise<void> {
  const { random } = run
  const depth = 1 + random.below(4)
  const length = depth + random.below(3)
  const fork = run.tip.ancestor(Math.max(0, run.tip.height - depth))
  if (!fork) return
  const badAt = random.chance(0.3) ? random.below(length) : -1
  let previous = fork
  const blocks: Block[] = []
  for (let i = 0; i < length; i++) {
    const lock = run.rewardLock()
    const plan = { ...run.plan({ transactions: [], fees: 0n }, lock), previous, time: usualTime(previous, run.now) }
    const fees = i === badAt ? 5n : 0n
    const block = buildBlock({ ...plan, fees })
    run.ledger.learn(block.transactions[0]!, [lock])
    blocks.push(block)
    if (random.chance(0.7)) {
      await run.submitHeader('branch header', block)
    } else {
      await run.submitBlock('branch block', block)
    }
    const node = run.duel.own.node.chain.find(computeBlockHash(block.header))
    if (!node) break
    previous = node
  }
  const order = random.chance(0.3) ? [...blocks].reverse() : blocks
  for (const block of order) await run.submitBlock('branch block', block)
  await run.duel.comparePool('after a branch')
}

async function passTime(run: Run): Promise<void> {
  await run.setTime(run.now + run.random.below(1200))
}

async function garbage(run: Run): Promise<void> {
  const { random } = run
  const block = encodeBlock(buildBlock(run.plan(await run.blockContents(2))))
  const copy = block.slice()
  const at = 80 + random.below(copy.length - 80)
  copy[at] = random.below(256)
  const hex = bytesToHex(random.chance(0.3) ? copy.slice(0, at) : copy)
  await run.duel.ask('garbage', 'submitblock', [hex], {
    verdict: (answer) => (answer.ok ? String(answer.result) : answer.message),
  })
  await run.duel.compareTips('garbage')
}

/** One odd coin, spent as its lock says, in a block or not. */
async function oddSpend(run: Run): Promise<void> {
  const [coin] = await run.pickCoins(['chain', 'contested'], 1, ({ lock }) => !isTame(lock))
  if (!coin) return
  const draft = run.draft([coin], { odd: 0.5, feeRate: 2 })
  run.learn(draft)
  if (run.random.chance(0.5)) await run.offer(`spend of ${coin.lock.name}`, draft.tx)
  else await run.extend(`spend of ${coin.lock.name}`, { transactions: [draft.tx], fees: feeOf(draft) })
}

/** What is in the pool or in the chain already, perhaps with another witness. */
async function againAndAgain(run: Run): Promise<void> {
  const { random } = run
  const entries = [...run.duel.own.node.mempool.mempool.entries()]
  const tx = entries.length > 0 && random.chance(0.7) ? random.pick(entries).tx : await confirmedTransaction(run)
  if (!tx) return
  const index = random.below(tx.inputs.length)
  const inputs = tx.inputs.map((input, i) => (i === index ? { ...input, witness: [random.bytes(3)] } : input))
  await run.offer('again', random.chance(0.5) ? tx : { ...tx, inputs })
}

async function confirmedTransaction(run: Run): Promise<Transaction | undefined> {
  const node = run.tip.ancestor(Math.max(1, run.tip.height - run.random.below(10)))
  const block = node && (await run.duel.own.node.chain.readBlock(node))
  return block && run.random.pick(block.transactions)
}

/** Bytes that are no transaction any more, or another one. */
async function spoiltTransaction(run: Run): Promise<void> {
  const { random } = run
  const tx = await confirmedTransaction(run)
  if (!tx) return
  const bytes = encodeTransaction(tx).slice()
  for (let i = 0; i <= random.below(3); i++) bytes[random.below(bytes.length)] = random.below(256)
  const spoilt = bytesToHex(random.chance(0.3) ? bytes.slice(0, random.below(bytes.length)) : bytes)
  const txidOf = (answer: Answer): string =>
    answer.ok && isJsonObject(answer.result) ? String(answer.result['txid']) : 'no transaction'
  await run.duel.ask('spoilt transaction', 'decoderawtransaction', [spoilt], { compared: txidOf })
  await run.duel.ask('spoilt transaction', 'sendrawtransaction', [spoilt, 0, 21_000_000])
  await run.duel.comparePool('spoilt transaction')
}

/** A dusty parent without a fee, and a child that spends its dust, or does not. */
async function ephemeralDust(run: Run): Promise<void> {
  const { random } = run
  const [coin] = await run.pickCoins(['chain'], 1, ({ lock }) => isTame(lock))
  if (!coin) return
  const anchor = ANCHOR(random, run.place)
  const main = run.rewardLock()
  const version = random.pick([2, 3])
  const outputs = [
    { value: coin.value, scriptPubKey: main.scriptPubKey },
    { value: 0n, scriptPubKey: anchor.scriptPubKey },
  ]
  const parent = spendCoins([coin], { outputs, version })
  const made = outputsOf({ coins: [coin], tx: parent, locks: [main, anchor], hashTypes: [] })
  run.ledger.learn(parent, [main, anchor])
  const spent = random.pick([made, made.slice(0, 1), made.slice(1)])
  const child = run.draft([...spent, ...(await run.pickCoins(['chain'], 1, ({ lock }) => isTame(lock)))], {
    odd: 0,
    version,
    feeRate: 10,
  })
  run.learn(child)
  await run.offerPackage('ephemeral dust', [parent, child.tx])
}

/** Transactions that spend each other in every which way, with fees at random: the pools must order them alike. */
async function tangle(run: Run): Promise<void> {
  const { random } = run
  const lock = ANYONE(random, run.place)
  let free = await run.pickCoins(['chain'], 4, (coin) => isTame(coin.lock) && coin.value > 1_000_000n)
  const size = 3 + random.below(12)
  for (let i = 0; i < size && free.length > 0; i++) {
    const spent = new Set(Array.from({ length: 1 + random.below(3) }, () => random.pick(free)))
    const coins = [...spent]
    const total = coins.reduce((sum, { value }) => sum + value, 0n)
    const count = 1 + random.below(3)
    const fee = BigInt(random.pick([100, 150, 200, 400, 1000, 5000]))
    const value = (total - fee) / BigInt(count)
    if (value < 1000n) break
    const outputs = Array.from({ length: count }, () => ({ value, scriptPubKey: lock.scriptPubKey }))
    const tx = spendCoins(coins, { outputs })
    const locks = outputs.map(() => lock)
    run.ledger.learn(tx, locks)
    await run.offer('tangle', tx)
    const made = outputsOf({ coins, tx, locks, hashTypes: [] })
    free = [...free.filter((coin) => !spent.has(coin)), ...made]
    // Once in a while something in the middle is replaced, with all that hangs on it.
    if (random.chance(0.15)) {
      const conflict = spendCoins(coins, { outputs: [{ value: total - fee * 4n, scriptPubKey: lock.scriptPubKey }] })
      await run.offer('tangle, replaced', conflict)
    }
  }
  await run.duel.comparePoolDetails('tangle')
}

/** Blocks are taken off by hand, and most often put back. */
async function invalidate(run: Run): Promise<void> {
  const node = run.tip.ancestor(Math.max(1, run.tip.height - run.random.below(3)))
  if (!node) return
  const hash = run.displayHash(node)
  await run.duel.ask('invalidate', 'invalidateblock', [hash])
  await run.duel.compareTips('invalidate')
  await run.duel.comparePool('invalidate')
  if (run.random.chance(0.3)) await goodBlock(run)
  if (run.random.chance(0.8)) await run.duel.ask('reconsider', 'reconsiderblock', [hash])
  await run.duel.compareTips('reconsider')
  await run.duel.comparePool('reconsider')
}

/** What both say about a block and about the pool. */
async function look(run: Run): Promise<void> {
  const node = run.tip.ancestor(run.random.below(run.tip.height + 1))
  if (!node) return
  const hash = run.displayHash(node)
  await run.duel.ask('look', 'getblockheader', [hash])
  await run.duel.ask('look', 'getblock', [hash, 1])
  await run.duel.comparePoolDetails('look')
}

const names = { blocks: Object.keys(BLOCK_MUTATIONS), txs: Object.keys(TX_MUTATIONS) }

export async function randomStep(run: Run): Promise<void> {
  const { random } = run
  const steps: readonly (readonly [number, () => Promise<void>])[] = [
    [16, () => goodBlock(run)],
    [10, () => mutatedBlock(run, random.pick(names.blocks))],
    [12, () => blockWithBadTransaction(run, random.pick(names.txs))],
    [20, () => mutatedTransaction(run, random.pick(names.txs))],
    [24, () => transaction(run)],
    [6, () => packageOfTransactions(run)],
    [3, () => minePool(run)],
    [1, () => mineTheirPool(run)],
    [3, () => reorganise(run)],
    [2, () => passTime(run)],
    [2, () => garbage(run)],
    [12, () => oddSpend(run)],
    [2, () => againAndAgain(run)],
    [3, () => spoiltTransaction(run)],
    [3, () => ephemeralDust(run)],
    [1, () => invalidate(run)],
    [2, () => tangle(run)],
    [1, () => look(run)],
  ]
  let dice = random.below(steps.reduce((sum, [weight]) => sum + weight, 0))
  for (const [weight, step] of steps) {
    dice -= weight
    if (dice < 0) return step()
  }
}

export { goodBlock, names as mutationNames, blockWithBadTransaction }
