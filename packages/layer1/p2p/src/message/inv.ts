import type { Codec } from './codec.ts'
import { type Inventory, inventoryCodec } from './inventory.ts'

/** Announces blocks or transactions. */
export const inv: Codec<Inventory> = inventoryCodec
