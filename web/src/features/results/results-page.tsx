// SPDX-License-Identifier: AGPL-3.0-or-later
// Did it help? The answer in a sentence, then what it rests on. Prints on one or two sheets.
import { Button, SegmentedControl, Skeleton, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { IconPrinter } from '@tabler/icons-react';
import type { Results } from '../../api/gen';
import { ErrorState } from '../../components/error-state';
import { Figures } from '../../components/figures';
import { count, dateTime, signedPoints, two, wholeMoney } from '../../lib/format';
import { useSession } from '../../lib/session';
import { resultsQuery, windows, type Window } from './api';
import { LiftChart } from './lift-chart';
import { MoneyCard } from './money-card';
import { OfferCard } from './offer-card';
import { OutsideCard } from './outside-card';
import classes from './results.module.css';
import { SlicesCard } from './slices-card';
import { Verdict } from './verdict';
import { bandName, moneyRange, monthName, peopleRange, pointsRange, stratumName } from './words';

export function ResultsPage({ window, onWindow }: { window: Window; onWindow: (window: Window) => void }) {
  const query = useQuery(resultsQuery(window));
  const { shop } = useSession();
  return (
    <div className={classes.page}>
      <header>
        <div>
          <h1>Results</h1>
          <p>
            {shop.name !== null && <span className={classes.printOnly}>{shop.name}, </span>}
            {query.data === undefined ? 'Did it help?' : `Orders within ${String(query.data.window_days)} days of the due moment, as of ${dateTime(query.data.as_of)}`}
          </p>
        </div>
        <SegmentedControl
          size="xs"
          aria-label="Window"
          value={String(window)}
          data={windows.map((w) => ({ value: String(w), label: `${String(w)} days` }))}
          onChange={(value) => {
            onWindow(windows.find((w) => String(w) === value) ?? 30);
          }}
        />
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPrinter size={15} aria-hidden />}
          disabled={!query.isSuccess}
          title={query.isSuccess ? undefined : 'There is nothing to print yet'}
          onClick={() => {
            globalThis.print();
          }}
        >
          Print
        </Button>
      </header>
      {query.isPending && (
        <Stack gap={14} role="status" aria-label="Loading" aria-busy="true">
          <Skeleton h={170} radius={12} />
          <Skeleton h={90} radius={12} />
          <Skeleton h={320} radius={12} />
        </Stack>
      )}
      {query.isError && <ErrorState what="The result" error={query.error} retry={() => void query.refetch()} />}
      {query.isSuccess && <Proof results={query.data} fading={query.isPlaceholderData} />}
    </div>
  );
}

/** What stands in the place of a number that is not there yet. */
const moreNote = ({ episodes }: Results['needed']): string => (episodes === null || episodes === 0 ? 'not enough data' : `about ${two(episodes)} more episodes needed`);

function Proof({ results, fading }: { results: Results; fading: boolean }) {
  const { treated, holdout, recovered, lift, money } = results;
  const nothing = treated.people + holdout.people === 0;
  return (
    <div className={classes.proof} data-verdict={results.verdict} data-fading={fading || undefined} aria-busy={fading}>
      <Verdict results={results} />
      {!nothing && (
        <>
          <Figures
            figures={[
              { label: 'Came back who would not have', value: recovered === null ? '–' : peopleRange(recovered), note: recovered === null ? 'not enough data' : `most likely ${count(Math.round(recovered.estimate))}` },
              { label: 'Lift', value: lift === null ? '–' : pointsRange(lift), note: lift === null ? moreNote(results.needed) : `most likely ${signedPoints(lift.estimate)}` },
              { label: 'Net', value: money.net_minor === null ? '–' : moneyRange(money.net_minor, money.currency), note: money.net_minor === null ? (money.gross_margin === null ? 'gross margin not stated' : 'not enough data') : `most likely ${wholeMoney(money.net_minor.estimate, money.currency)}` },
            ]}
          />
          <LiftChart series={results.series} />
        </>
      )}
      <div className={classes.two}>
        <MoneyCard results={results} />
        <OutsideCard results={results} />
      </div>
      {results.offer !== null && <OfferCard offer={results.offer} currency={money.currency} />}
      <div className={classes.slices}>
        <SlicesCard title="By month" what="Admitted in" slices={results.months} nameOf={({ name }) => monthName(name)} />
        <SlicesCard title="By band" what="At the due moment" slices={results.bands} nameOf={({ name }) => bandName(name)} />
        <SlicesCard
          title="By period"
          what="Drawn under"
          note="A changed share, detector or offer begins a new period. Periods are combined by their own differences, never thrown together."
          slices={results.strata}
          nameOf={stratumName}
        />
      </div>
    </div>
  );
}
