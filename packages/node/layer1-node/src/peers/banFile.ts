import { readFile } from 'node:fs/promises'
import { type Ban, BanList, formatSubnet, parseSubnet } from '@ply/p2p'
import type { Logger } from '@ply/ports'
import { expectArray, expectInteger, expectObject, expectString, type Json, parseJson, stringifyJson } from '@ply/rpc'
import { writeFileAtomic } from '@ply/runtime'

/** Name of the list in banlist.json, and the version of its entries: Bitcoin Core's. */
const LIST = 'banned_nets'
const VERSION = 1
const TIMES = [0, Number.MAX_SAFE_INTEGER] as const

/** Undefined for an entry of another version, or one that names no subnet. */
function readBan(json: Json, logger: Logger): Ban | undefined {
  const entry = expectObject(json)
  const version = expectInteger(entry['version'], TIMES)
  if (version !== VERSION) {
    logger.log('info', `Dropping entry with unknown version (${version}) from ban list`)
    return undefined
  }
  const address = expectString(entry['address'])
  const subnet = parseSubnet(address)
  if (!subnet) {
    logger.log('info', `Dropping entry with unparseable address or subnet (${address}) from ban list`)
    return undefined
  }
  const createdAt = expectInteger(entry['ban_created'], TIMES)
  return { subnet, createdAt, until: expectInteger(entry['banned_until'], TIMES) }
}

/** Reads banlist.json; a file that is not there, or holds something else, makes an empty list. `now`: seconds. */
export async function loadBans(path: string, logger: Logger, now: number): Promise<BanList> {
  try {
    const json = parseJson(await readFile(path, 'utf8'))
    if (!json.ok) throw new Error(json.error.message)
    const entries = expectArray(expectObject(json.value)[LIST])
    return new BanList(
      entries.flatMap((entry) => readBan(entry, logger) ?? []),
      now,
    )
  } catch (error) {
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT'
    if (!missing) logger.log('warn', `Cannot parse banlist ${path}: ${(error as Error).message}`)
    logger.log('info', 'Recreating the banlist database')
    return new BanList()
  }
}

export async function saveBans(path: string, bans: readonly Ban[]): Promise<void> {
  const entries = bans.map(({ subnet, createdAt, until }) => ({
    version: VERSION,
    ban_created: createdAt,
    banned_until: until,
    address: formatSubnet(subnet),
  }))
  await writeFileAtomic(path, `${stringifyJson({ [LIST]: entries }, 4)}\n`, 0o600, `${path}.new`)
}
