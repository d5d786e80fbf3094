import type { Codec } from './codec.ts'
import { type Inventory, inventoryCodec } from './inventory.ts'

/** Answers a `getdata` for what the sender does not have. */
export const notfound: Codec<Inventory> = inventoryCodec
