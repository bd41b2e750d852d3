// SPDX-License-Identifier: AGPL-3.0-or-later
// How the email came to be written: the calls and their cost, what left the house, what people changed.
import type { Email } from '../../api/gen';
import { CallsList } from '../../components/calls-list';
import { Card } from '../../components/card';
import { EditHistory } from '../../components/edit-history';
import { EgressList } from '../../components/egress-list';
import { OfferBlock } from '../../components/offer-block';
import { useCan, useSession } from '../../lib/session';

export function WritingCards({ email }: { email: Email }) {
  const { staff_id: staffId } = useSession();
  const mayRead = useCan('reviewer');
  const { egress = [], calls = [], edits = [] } = email;
  return (
    <>
      {email.offer !== null && (
        <Card title="Offer">
          <OfferBlock offer={email.offer} />
        </Card>
      )}
      {edits.length > 0 && (
        <Card title="Edits">
          <EditHistory edits={edits} staffId={staffId} />
        </Card>
      )}
      <Card title="What left the house">
        <EgressList egress={egress} writer={email.writer} />
      </Card>
      <Card title="Calls and cost">
        <CallsList emailId={email.id} calls={calls} mayRead={mayRead} />
      </Card>
    </>
  );
}
