import { createRpcClient, isJsonObject, type Json, type JsonObject, type RpcCall, type RpcClient } from '@ply/rpc'
import { OPEN_ADDRESS } from './openCoins.ts'
import type { PlydProcess } from './plydProcess.ts'

/** Milliseconds between two looks at a process that tells nobody when it is done. */
const LOOK_AGAIN_MS = 20
const PATIENCE_MS = 60_000

/** Asks until the answer is true. */
export async function until(what: string, ask: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS
  while (!(await ask())) {
    if (performance.now() > deadline) throw new Error(`waited in vain for ${what}`)
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS))
  }
}

export function field(value: Json, ...names: readonly string[]): Json {
  let at = value
  for (const name of names) {
    const next: Json | undefined = isJsonObject(at) ? at[name] : undefined
    if (next === undefined) throw new Error(`an answer lacks ${names.join('.')}`)
    at = next
  }
  return at
}
export const items = (value: Json, ...names: readonly string[]): readonly JsonObject[] =>
  field(value, ...names) as readonly JsonObject[]
export const msat = (value: Json): bigint => BigInt(String(value))

/** One Lightning node of a plyd. */
export class LightningClient {
  readonly name: string
  readonly id: string
  readonly address: string
  readonly #client: RpcClient

  constructor(plyd: PlydProcess, entry: JsonObject) {
    this.name = String(entry['name'])
    this.id = String(entry['id'])
    this.address = String(entry['address'])
    const url = `${plyd.rpcUrl}/lightning/${this.name}`
    this.#client = createRpcClient({ url, auth: { cookiePath: plyd.cookiePath } })
  }

  call(method: string, params: RpcCall['params'] = []): Promise<Json> {
    return this.#client.call(method, params)
  }

  async channels(): Promise<readonly JsonObject[]> {
    return items(await this.call('listpeerchannels'), 'channels')
  }

  async usableChannels(): Promise<number> {
    return (await this.channels()).filter((channel) => channel['usable'] === true).length
  }

  close(): void {
    this.#client.close()
  }
}

/** The Lightning nodes of a running plyd, by name. */
export async function lightningClients(plyd: PlydProcess): Promise<Map<string, LightningClient>> {
  const entries = (await plyd.call('listlightning')) as readonly JsonObject[]
  return new Map(entries.map((entry) => [String(entry['name']), new LightningClient(plyd, entry)]))
}

/** Opens a channel from each node of a line to the next one, and waits until payments can cross them all. */
export async function openLine(
  plyd: PlydProcess,
  line: readonly LightningClient[],
  capacitySat: number,
): Promise<void> {
  for (const node of line.slice(0, -1)) {
    const address = field(await node.call('newaddr'), 'bech32')
    await plyd.call('generatetoaddress', 1, String(address))
  }
  await plyd.call('generatetoaddress', 100, OPEN_ADDRESS)
  for (const [i, node] of line.slice(0, -1).entries()) {
    const peer = line[i + 1]!
    await until(`coins of ${node.name}`, async () => {
      return items(await node.call('listfunds'), 'outputs').some((output) => output['status'] === 'confirmed')
    })
    await node.call('connect', [`${peer.id}@${peer.address}`])
    await node.call('fundchannel', [peer.id, capacitySat])
  }
  await plyd.call('generatetoaddress', 6, OPEN_ADDRESS)
  for (const [i, node] of line.entries()) {
    const wanted = i === 0 || i === line.length - 1 ? 1 : 2
    await until(`channels of ${node.name}`, async () => (await node.usableChannels()) === wanted)
  }
  for (const node of line) {
    const wanted = 2 * (line.length - 1)
    await until(`the graph of ${node.name}`, async () => {
      return items(await node.call('listchannels'), 'channels').length === wanted
    })
  }
}
