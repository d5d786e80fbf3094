// Transactions of every kind, in blocks and waiting in the pool.
import { ANCHOR_SCRIPT, LOCKS, OPEN_SCRIPT } from './locks.mjs'

const NULL_DATA = '6a0b68656c6c6f20776f726c64'

/** One transaction of each kind, in two blocks; the nonstandard ones go into a block of their own. */
export async function confirmSome(scenario) {
  const kinds = Object.keys(LOCKS).filter((name) => !LOCKS[name].nonstandard)
  for (const name of kinds) {
    await scenario.tick(7)
    await scenario.send(
      `confirmed ${name}`,
      await scenario.spend([scenario.take(name)], { scripts: [OPEN_SCRIPT, NULL_DATA] }),
    )
  }
  await scenario.mine(1, `raw(${OPEN_SCRIPT})`)
  const odd = await scenario.spend([scenario.take('annex')])
  scenario.raw['confirmed annex'] = odd
  await scenario.tick()
  await scenario.twins.ask('generateblock', `raw(${OPEN_SCRIPT})#${await checksumOf(scenario)}`, [odd.hex])
  await scenario.mine(3, `raw(${OPEN_SCRIPT})`)
}

async function checksumOf(scenario) {
  return (await scenario.describe(`raw(${OPEN_SCRIPT})`)).split('#')[1]
}

/** The pool: every kind, chains, children with two parents, replacements, v3, priorities. */
export async function fillPool(scenario) {
  for (const name of Object.keys(LOCKS).filter((lock) => !LOCKS[lock].nonstandard && lock !== 'anchor')) {
    await scenario.tick(3)
    const scripts = [scenario.scripts.p2wpkh, scenario.scripts.p2trKey]
    await scenario.send(`waiting ${name}`, await scenario.spend([scenario.take(name)], { scripts }))
  }
  await sendChain(scenario)
  await sendDiamond(scenario)
  await sendReplacement(scenario)
  await sendTruc(scenario)
  await sendOdd(scenario)
  await scenario.twins.ask('prioritisetransaction', scenario.raw['chain 2'].txid, 0, 12_345)
  await scenario.twins.ask('prioritisetransaction', scenario.raw['waiting p2pkh'].txid, 0, -1000)
  await scenario.twins.ask('prioritisetransaction', 'ab'.repeat(32), 0, 5)
}

async function sendChain(scenario) {
  let coin = scenario.take('open')
  for (let i = 0; i < 10; i++) {
    await scenario.tick(1)
    const made = await scenario.send(
      `chain ${i}`,
      await scenario.spend([coin], { fee: 1000n * BigInt(1 + ((i * 7) % 10)) }),
    )
    coin = made.coins[0]
  }
}

async function sendDiamond(scenario) {
  const top = await scenario.send(
    'top',
    await scenario.spend([scenario.take('open')], { scripts: Array(4).fill(OPEN_SCRIPT) }),
  )
  const left = await scenario.send('left', await scenario.spend([top.coins[0]], { fee: 500n }))
  const right = await scenario.send('right', await scenario.spend([top.coins[1], scenario.take('p2wpkh')]))
  await scenario.send('bottom', await scenario.spend([left.coins[0], right.coins[0]], { fee: 90_000n }))
}

async function sendReplacement(scenario) {
  const coin = scenario.take('open')
  scenario.raw['replaced'] = await scenario.send('replaced', await scenario.spend([coin]))
  const child = await scenario.send('replaced child', await scenario.spend(scenario.raw['replaced'].coins))
  await scenario.send('replacement too cheap', await scenario.spend([coin], { fee: 30_000n }))
  await scenario.send('replacement', await scenario.spend([coin], { fee: 80_000n }))
  await scenario.send('child again', child)
  await scenario.send('final', await scenario.spend([scenario.take('open')], { sequence: 0xffffffff }))
}

async function sendTruc(scenario) {
  const parent = await scenario.send(
    'truc',
    await scenario.spend([scenario.take('open')], { version: 3, scripts: [OPEN_SCRIPT, OPEN_SCRIPT] }),
  )
  await scenario.send('truc child', await scenario.spend([parent.coins[0]], { version: 3 }))
  await scenario.send('truc second child', await scenario.spend([parent.coins[1]], { version: 3, fee: 30_000n }))
  await scenario.send('truc child of v2', await scenario.spend(scenario.raw['final'].coins, { version: 3 }))
}

/** What a pool refuses, and a pair that only goes together. */
async function sendOdd(scenario) {
  await scenario.send('annexed', await scenario.spend([scenario.take('annex')]))
  await scenario.send('early', await scenario.spend([scenario.take('open')], { lockTime: 100_000 }))
  await scenario.send('of version 4', await scenario.spend([scenario.take('open')], { version: 4 }))
  await scenario.send(
    'burning',
    await scenario.spend([scenario.take('open')], { scripts: [OPEN_SCRIPT, NULL_DATA, NULL_DATA] }),
  )
  await scenario.send('dear', await scenario.spend([scenario.take('p2trLeaf')], { fee: 100_000_000n }))
  const free = await scenario.spend([scenario.take('p2pkh')], {
    version: 3,
    fee: 0n,
    scripts: [OPEN_SCRIPT, ANCHOR_SCRIPT],
  })
  const payer = await scenario.spend([free.coins[0]], { version: 3, fee: 50_000n })
  scenario.raw['package parent'] = free
  scenario.raw['package child'] = payer
  await scenario.send('orphan', payer)
}
