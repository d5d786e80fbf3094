import type { JsonOutput, RpcClient } from '@ply/rpc'
import { CliError, usageError } from '../exitCode.ts'
import type { Session } from '../session.ts'
import { connectNode } from './connect.ts'
import { Reply } from './reply.ts'

/** A Lightning node that the plyd at hand runs. */
export interface LightningEntry {
  readonly name: string
  readonly id: string
  /** `host:port` where peers reach it. */
  readonly address: string
}

/** Whose answers a Lightning command reads: one node, and the names of all that run beside it. */
export interface LightningNode {
  readonly name: string
  readonly entries: readonly LightningEntry[]
  call(method: string, params?: Readonly<Record<string, JsonOutput>>): Promise<Reply>
  /** The name of a node id, or the start of the id. */
  nameOf(id: string): string
  /** The entry with a name or an id. */
  find(nameOrId: string): LightningEntry | undefined
}

const readEntries = (reply: Reply): LightningEntry[] =>
  reply.items.map((item) => ({
    name: item.get('name').text,
    id: item.get('id').text,
    address: item.optional('address') ?? '',
  }))

/** All Lightning nodes of the plyd. */
export async function listLightning(session: Session): Promise<LightningEntry[]> {
  const client = connectNode(session.options)
  try {
    return readEntries(new Reply('listlightning', await client.call('listlightning')))
  } finally {
    client.close()
  }
}

function chooseName(wanted: string | undefined, entries: readonly LightningEntry[]): string {
  const names = entries.map(({ name }) => name).join(', ')
  if (wanted !== undefined) {
    if (entries.some(({ name }) => name === wanted)) return wanted
    throw new CliError(`no Lightning node '${wanted}' runs${names === '' ? '' : `: there is ${names}`}`)
  }
  if (entries.length === 0) throw new CliError("no Lightning node runs: start one with 'ply ln start NAME'")
  if (entries.length > 1) throw usageError(`which Lightning node? Say --node with one of ${names}`)
  return entries[0]!.name
}

/** Runs `task` for the node that `--node` names, or the only one there is. */
export async function withLightning<T>(session: Session, task: (node: LightningNode) => Promise<T>): Promise<T> {
  const entries = await listLightning(session)
  const name = chooseName(session.options.lightningNode, entries)
  const client: RpcClient = connectNode(session.options, `/lightning/${name}`)
  try {
    return await task({
      name,
      entries,
      call: async (method, params = {}) => new Reply(method, await client.call(method, params)),
      nameOf: (id) => entries.find((entry) => entry.id === id)?.name ?? `${id.slice(0, 16)}…`,
      find: (text) => entries.find((entry) => entry.name === text || entry.id === text.toLowerCase()),
    })
  } finally {
    client.close()
  }
}
