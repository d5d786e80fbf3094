import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type JsonObject, RpcConnectionError, RpcError } from '@ply/rpc'
import { createRandom, type Random } from '@ply/testkit'
import type { KillTestOptions } from './killTest.ts'
import { field, items, type LightningClient, lightningClients, msat, openLine, until } from './lightningNetwork.ts'
import { OPEN_ADDRESS } from './openCoins.ts'
import { PlydProcess } from './plydProcess.ts'

const NAMES = ['alice', 'bob', 'carol']
const CAPACITY_SAT = 5_000_000
const PAYMENTS_AT_ONCE = 3

/** Payments that plyd said were made, and invoices that it gave out. */
interface Ledger {
  /** Payment hash to who paid whom. */
  readonly invoices: Map<string, { readonly payer: string; readonly payee: string }>
  readonly paid: Set<string>
}

interface Network {
  readonly plyd: PlydProcess
  readonly nodes: ReadonlyMap<string, LightningClient>
}

async function payOnce({ plyd, nodes }: Network, random: Random, ledger: Ledger): Promise<void> {
  const [payer, payee] = random.chance(0.7) ? ['alice', 'carol'] : ['carol', 'alice']
  const amount = 1000 * (10_000 + random.below(40_000))
  const label = `${ledger.invoices.size}-${random.below(1 << 30)}`
  const invoice = await nodes.get(payee!)!.call('invoice', [amount, label, 'killed or not'])
  const hash = String(field(invoice, 'payment_hash'))
  ledger.invoices.set(hash, { payer: payer!, payee: payee! })
  if (random.chance(0.1)) await plyd.call('generatetoaddress', 1, OPEN_ADDRESS)
  try {
    await nodes.get(payer!)!.call('pay', [String(field(invoice, 'bolt11'))])
    ledger.paid.add(hash)
  } catch (error) {
    // No route or too little money are answers too.
    if (!(error instanceof RpcError)) throw error
  }
}

async function work(network: Network, random: Random, ledger: Ledger): Promise<void> {
  const worker = async (): Promise<void> => {
    for (;;) await payOnce(network, random, ledger)
  }
  await Promise.all(Array.from({ length: PAYMENTS_AT_ONCE }, worker)).catch((error: unknown) => {
    if (!(error instanceof RpcConnectionError)) throw error
  })
}

async function checkPayments(nodes: Network['nodes'], ledger: Ledger): Promise<void> {
  const pays = new Map<string, JsonObject>()
  const invoices = new Map<string, JsonObject>()
  for (const node of nodes.values()) {
    for (const pay of items(await node.call('listpays'), 'pays')) pays.set(String(pay['payment_hash']), pay)
    for (const invoice of items(await node.call('listinvoices'), 'invoices')) {
      invoices.set(String(invoice['payment_hash']), invoice)
    }
  }
  for (const hash of ledger.paid) {
    if (pays.get(hash)?.['status'] !== 'complete') throw new Error(`payment ${hash} was made and is not known any more`)
  }
  for (const [hash, { payer, payee }] of ledger.invoices) {
    const [sent, received] = [pays.get(hash)?.['status'] === 'complete', invoices.get(hash)?.['status'] === 'paid']
    if (sent !== received) throw new Error(`${hash} from ${payer} to ${payee}: sent ${sent}, received ${received}`)
  }
}

/** What a node has in its channels equals what it began with, less what it paid, plus what it was paid. */
async function checkBalances(nodes: Network['nodes']): Promise<void> {
  let total = 0n
  for (const name of NAMES) {
    const node = nodes.get(name)!
    const channels = await node.channels()
    const balance = channels.reduce((sum, channel) => sum + msat(field(channel, 'to_us_msat')), 0n)
    total += balance
    if (name === 'bob') continue
    const sent = items(await node.call('listpays'), 'pays')
      .filter((pay) => pay['status'] === 'complete')
      .reduce((sum, pay) => sum + msat(field(pay, 'amount_sent_msat')), 0n)
    const received = items(await node.call('listinvoices'), 'invoices')
      .filter((invoice) => invoice['status'] === 'paid')
      .reduce((sum, invoice) => sum + msat(field(invoice, 'amount_received_msat')), 0n)
    const start = name === 'alice' ? BigInt(CAPACITY_SAT) * 1000n : 0n
    if (balance !== start - sent + received) {
      throw new Error(`${name} has ${balance} msat: began with ${start}, sent ${sent}, received ${received}`)
    }
  }
  const capacity = 2n * BigInt(CAPACITY_SAT) * 1000n
  if (total !== capacity) throw new Error(`the channels hold ${total} msat of ${capacity}`)
}

/** Everything in flight came to an end, and nothing that was settled is lost. */
async function checkState({ nodes }: Network, ledger: Ledger): Promise<void> {
  for (const [i, name] of NAMES.entries()) {
    const node = nodes.get(name)!
    await until(`channels of ${name}`, async () => (await node.usableChannels()) === (i === 1 ? 2 : 1))
  }
  for (const node of nodes.values()) {
    await until(`payments of ${node.name}`, async () => {
      const pending = items(await node.call('listpays', { status: 'pending' }), 'pays').length
      const channels = await node.channels()
      const inFlight = channels.some(
        (channel) => msat(field(channel, 'in_flight_out_msat')) + msat(field(channel, 'in_flight_in_msat')) > 0n,
      )
      return pending === 0 && !inFlight
    })
  }
  await checkPayments(nodes, ledger)
  await checkBalances(nodes)
}

/** Kills plyd again and again in the middle of payments over two hops. */
export async function runLightningKillTest({ kills, seed, maxLife = 1000, log }: KillTestOptions): Promise<number> {
  const random = createRandom(seed)
  const folder = await mkdtemp(join(tmpdir(), 'ply-ln-kill-'))
  const ledger: Ledger = { invoices: new Map(), paid: new Set() }
  const firstPort = 20_000 + (process.pid % 20_000)
  let plyd: PlydProcess | undefined
  try {
    for (let kill = 0; kill <= kills; kill++) {
      const lightning = NAMES.flatMap((name) => ['--ln', name])
      plyd = await PlydProcess.start({
        folder,
        args: ['--automine', 'off', '--ln-port', String(firstPort), ...lightning],
      })
      const nodes = await lightningClients(plyd)
      if (kill === 0)
        await openLine(
          plyd,
          NAMES.map((name) => nodes.get(name)!),
          CAPACITY_SAT,
        )
      await checkState({ plyd, nodes }, ledger)
      if (kill < kills) {
        const life = random.below(maxLife)
        const killed = new Promise<void>((resolve) => setTimeout(resolve, life)).then(() => plyd?.kill())
        await work({ plyd, nodes }, random, ledger)
        await killed
        log?.(`kill ${kill + 1} of ${kills} after ${life} ms, ${ledger.paid.size} payments acknowledged`)
      }
      for (const node of nodes.values()) node.close()
    }
    const code = await plyd?.stop()
    if (code !== 0) throw new Error(`plyd ended with ${code} after a clean stop`)
    return ledger.paid.size
  } finally {
    await plyd?.kill()
    await rm(folder, { recursive: true, force: true })
  }
}
