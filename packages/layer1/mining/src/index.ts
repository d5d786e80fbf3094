export { searchNonce, type NonceSearch } from './searchNonce.ts'
export { DEFAULT_MAX_TRIES, mineBlock } from './mineBlock.ts'
