import { formatSats } from '../format/amount.ts'
import { parseBirthday } from '../input/birthday.ts'
import { printResult, type Session } from '../session.ts'
import { findBirthHeight } from '../wallet/birthHeight.ts'
import { withSyncedWallet } from '../wallet/open.ts'
import { startAgain } from '../wallet/sync.ts'

/** Looks at the chain again, as for a wallet that is not sure of what it saw. */
export async function rescan(session: Session, options: { readonly birthday: string }): Promise<void> {
  const birthday = parseBirthday(options.birthday)
  let from = 0
  await withSyncedWallet(
    session,
    ({ state }) => {
      const { total } = state.balance()
      const json = { from, height: state.height, transactions: state.history().length, total_sat: total }
      printResult(session, json, () => [
        `looked at the blocks ${from} to ${json.height}: ${json.transactions} transactions, ${formatSats(total)}`,
      ])
      return Promise.resolve()
    },
    async ({ state }, node) => {
      from = await findBirthHeight(node, birthday)
      return { state: startAgain(state, from), seenMempool: new Set() }
    },
  )
}
