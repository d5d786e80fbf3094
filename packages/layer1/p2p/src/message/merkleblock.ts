import { type MerkleBlock, readMerkleBlock, writeMerkleBlock } from '@ply/consensus'
import type { Codec } from './codec.ts'

/** BIP 37: a block's header, with proof of those of its transactions that the receiver's filter matched. */
export const merkleblock: Codec<MerkleBlock> = { read: readMerkleBlock, write: writeMerkleBlock }
