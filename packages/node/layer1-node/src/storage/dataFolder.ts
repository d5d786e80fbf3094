import { homedir } from 'node:os'
import { join } from 'node:path'
import type { NetworkName } from '@ply/primitives'

/** Where a node keeps what. The names are Bitcoin Core's; all state that matters lies in the first three folders. */
export interface DataFolder {
  /** `<datadir>/<network>`, for mainnet the data directory itself. */
  readonly root: string
  readonly blocks: string
  /** Which blocks there are, and where: always in the data directory, wherever the block files lie. */
  readonly blockIndex: string
  readonly chainstate: string
  /** Coins that came from somewhere else, while the blocks up to them are checked. */
  readonly chainstateSnapshot: string
  readonly indexes: string
  /** Of the Lightning nodes that run with this one, one folder each. */
  readonly lightning: string
  readonly debugLog: string
  readonly cookie: string
  readonly pid: string
  readonly mempool: string
  readonly peers: string
  readonly banList: string
  readonly anchors: string
  /** Keys of our services in Tor and I2P. */
  readonly onionKey: string
  readonly i2pKey: string
  /** Messages to and from peers, where they are captured. */
  readonly messageCapture: string
}

/** Where data goes if nobody says: `~/.plyd`. */
export const defaultDataDirectory = (): string => join(homedir(), '.plyd')

/** Block files may lie in another data directory, as on a larger disk. */
export function dataFolder(directory: string, network: NetworkName, blocksDirectory = directory): DataFolder {
  const folderIn = (base: string): string => (network === 'main' ? base : join(base, network))
  const root = folderIn(directory)
  return {
    root,
    blocks: join(folderIn(blocksDirectory), 'blocks'),
    blockIndex: join(root, 'blocks', 'index'),
    chainstate: join(root, 'chainstate'),
    chainstateSnapshot: join(root, 'chainstate_snapshot'),
    indexes: join(root, 'indexes'),
    lightning: join(root, 'lightning'),
    debugLog: join(root, 'debug.log'),
    cookie: join(root, '.cookie'),
    pid: join(root, 'plyd.pid'),
    mempool: join(root, 'mempool.dat'),
    peers: join(root, 'peers.dat'),
    banList: join(root, 'banlist.json'),
    anchors: join(root, 'anchors.dat'),
    onionKey: join(root, 'onion_v3_private_key'),
    i2pKey: join(root, 'i2p_private_key'),
    messageCapture: join(root, 'message_capture'),
  }
}
