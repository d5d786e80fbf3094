import { readFile, rm } from 'node:fs/promises'
import type { AddressManager } from '@ply/p2p'
import { type BanList, decodeAnchors, encodeAnchors, type NetAddress } from '@ply/p2p'
import type { Clock, Entropy, Logger } from '@ply/ports'
import type { NetworkParameters } from '@ply/primitives'
import { writeFileAtomic } from '@ply/runtime'
import type { DataFolder } from '../storage/dataFolder.ts'
import { loadBans, saveBans } from './banFile.ts'
import type { ConnectionSettings } from './connectionSettings.ts'
import { loadNetGroups } from './asmapFile.ts'
import { type BookFile, loadBook, saveBook } from './bookFile.ts'

export interface PeerStateFields {
  readonly folder: DataFolder
  readonly network: NetworkParameters
  readonly clock: Clock
  readonly entropy: Entropy
  readonly logger: Logger
  readonly settings: ConnectionSettings
  /** Is told what is being done. */
  starting?(words: string): void
}

/** What is kept of peers from one run to the next. */
export class PeerState {
  readonly book: AddressManager
  readonly bans: BanList
  /** Block-relay-only peers of the last run. */
  readonly anchors: readonly NetAddress[]
  readonly #fields: PeerStateFields
  readonly #bookFile: BookFile
  #saving: Promise<void> = Promise.resolve()

  private constructor(
    fields: PeerStateFields,
    bookFile: BookFile,
    loaded: Pick<PeerState, 'book' | 'bans' | 'anchors'>,
  ) {
    this.#fields = fields
    this.#bookFile = bookFile
    this.book = loaded.book
    this.bans = loaded.bans
    this.anchors = loaded.anchors
  }

  static async load(fields: PeerStateFields): Promise<PeerState> {
    const { folder, network, entropy, logger, settings, clock } = fields
    const { testBook, checkBookEvery: checkEvery } = settings
    const groups = await loadNetGroups(settings.asmap, folder.root, logger)
    const bookFile = { path: folder.peers, magic: network.magic, entropy, logger, testBook, groups, checkEvery }
    fields.starting?.('Loading P2P addresses…')
    const book = await loadBook(bookFile)
    fields.starting?.('Loading banlist…')
    const bans = await loadBans(folder.banList, logger, Math.floor(clock.now() / 1000))
    const anchors = await takeAnchors(folder.anchors, network.magic, logger)
    const state = new PeerState(fields, bookFile, { book, bans, anchors })
    await saveBans(folder.banList, state.bans.list(Math.floor(clock.now() / 1000)))
    return state
  }

  saveBook(): Promise<void> {
    return this.#save(() => saveBook(this.#bookFile, this.book))
  }

  saveBans(): Promise<void> {
    const now = Math.floor(this.#fields.clock.now() / 1000)
    return this.#save(() => saveBans(this.#fields.folder.banList, this.bans.list(now)))
  }

  saveAnchors(anchors: readonly NetAddress[]): Promise<void> {
    const { folder, network, logger } = this.#fields
    const what = `Flush ${anchors.length} outbound block-relay-only peer addresses to anchors.dat`
    return this.#save(async () => {
      logger.child('net').log('debug', `DumpAnchors: ${what} started`)
      await writeFileAtomic(folder.anchors, encodeAnchors(network.magic, anchors), 0o600, `${folder.anchors}.new`)
      logger.child('net').log('debug', `DumpAnchors: ${what} completed`)
    })
  }

  /** One file after another; that one cannot be written shows in the log. */
  #save(write: () => Promise<void>): Promise<void> {
    this.#saving = this.#saving.then(write).catch((error: unknown) => {
      this.#fields.logger.log('error', 'peers could not be saved', { error })
    })
    return this.#saving
  }
}

/** The anchors, once: after a crash they may be why. */
async function takeAnchors(path: string, magic: Uint8Array, logger: Logger): Promise<NetAddress[]> {
  const bytes = await readFile(path).catch(() => undefined)
  await rm(path, { force: true })
  const decoded = bytes && decodeAnchors(magic, new Uint8Array(bytes))
  if (!decoded?.ok) return []
  logger.log('info', `Loaded ${decoded.value.length} addresses from "anchors.dat"`)
  return decoded.value
}
