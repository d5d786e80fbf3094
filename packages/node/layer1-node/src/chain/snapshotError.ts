/** The blocks that a snapshot stands for do not lead to its coins. */
export class SnapshotError extends Error {
  override readonly name = 'SnapshotError'
}

/** What the operator must know; the heights are those of the tip with and without the snapshot. */
export const describeFailedSnapshot = ({ from, to }: { readonly from: number; readonly to: number }): string =>
  [
    'Ply failed to validate the -assumeutxo snapshot state. This indicates a hardware problem, or a bug in the software,',
    'or a bad software modification that allowed an invalid snapshot to be loaded. As a result of this, the node will',
    'shut down and stop using any state that was built on the snapshot, resetting the chain height',
    `from ${from} to ${to}. On the next restart, the node will resume syncing from ${to} without using any snapshot data.`,
    'Please report this incident, including how you obtained the snapshot. The invalid snapshot chainstate will be left',
    'on disk in case it is helpful in diagnosing the issue that caused this error.',
  ].join(' ')
