// SPDX-License-Identifier: AGPL-3.0-or-later
import { PipelinePage } from '../../features/pipeline/pipeline-page';

export function PipelineRoute() {
  return <PipelinePage />;
}
