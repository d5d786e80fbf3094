import type { Codec } from './codec.ts'
import { type Inventory, inventoryCodec } from './inventory.ts'

/** Asks for blocks or transactions. */
export const getdata: Codec<Inventory> = inventoryCodec
