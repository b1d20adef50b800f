// Makes a trail, or changes one, in four steps. What is typed stays through errors, ended credentials and looks at other pages.
import type { Trail } from "@aws-sdk/client-cloudtrail";
import Wizard from "@cloudscape-design/components/wizard";
import SpaceBetween from "@cloudscape-design/components/space-between";
import Alert from "@cloudscape-design/components/alert";
import { type ReactNode, useState } from "react";
import { Confirm } from "../app/Confirm.tsx";
import { useDraft } from "../app/draft.ts";
import { tell } from "../app/flashes.ts";
import { go, href } from "../app/location.ts";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { Shown } from "../shown/Shown.tsx";
import { words } from "../words.ts";
import { type Draft, type Faults, faultsOf, type Stage } from "./draft.ts";
import { arnOf, makeStage, stagesOf } from "./making.ts";
import { SelectorsForm } from "./SelectorsForm.tsx";
import { Trial } from "./Trial.tsx";
import { WizardAlerts } from "./WizardAlerts.tsx";
import { WizardGeneral } from "./WizardGeneral.tsx";
import { WizardReview } from "./WizardReview.tsx";

interface TrailWizardProps {
  /** Tells drafts apart. */
  name: string;
  initial(): Draft & { step?: number };
  old?: Trail;
}

const REVIEW = 3;

export function TrailWizard({ name, initial, old }: TrailWizardProps) {
  const [{ step = 0, ...draft }, change, forget] = useDraft<Draft & { step?: number }>(name, initial);
  const [faults, setFaults] = useState<Faults>({});
  const [at, setAt] = useState<Stage>();
  const [trouble, setTrouble] = useState<Trouble>();
  const [isLeaving, setLeaving] = useState(false);
  const stages = stagesOf(draft, old);
  const back = old === undefined ? href("/trails") : href(`/trails/${encodeURIComponent(old.TrailARN ?? "")}`);

  /** Another value may concern what is done already: that is then done again. */
  const edit = (part: Partial<Draft>) => {
    setFaults({});
    setTrouble(undefined);
    const again = draft.done.filter((stage) => !isChanged(stage, part));
    change({ ...part, done: again });
  };
  const navigate = (to: number) => {
    for (let each = 0; each < to; each++) {
      const found = faultsOf(draft, each);
      if (Object.keys(found).length > 0) {
        setFaults(found);
        change({ step: each });
        return;
      }
    }
    setFaults({});
    change({ step: to });
  };
  const submit = async () => {
    const done = [...draft.done];
    setTrouble(undefined);
    for (const stage of stages) {
      if (done.includes(stage)) continue;
      setAt(stage);
      try {
        await makeStage(stage, draft, old);
      } catch (error) {
        setAt(undefined);
        setTrouble(troubleOf(error));
        return;
      }
      done.push(stage);
      change({ done: [...done], ...(stage === "trail" && { made: arnOf(draft, old) }) });
    }
    forget();
    tell("success", old === undefined ? words.wizard.created(draft.name) : words.wizard.saved(draft.name));
    go(href(`/trails/${encodeURIComponent(arnOf(draft, old))}`));
  };
  const shared = { draft, change: edit, faults, isOld: old !== undefined };
  const [firstFault] = Object.values(faults);
  const errorText = firstFault !== undefined ? words.wizard.fixFirst : undefined;
  const stepOf = (title: string, content: ReactNode) => ({ title, content, ...(errorText !== undefined && { errorText }) });
  return (
    <>
      <Wizard
        activeStepIndex={step}
        isLoadingNextStep={at !== undefined}
        submitButtonText={old === undefined ? words.wizard.submitCreate : words.wizard.submitEdit}
        i18nStrings={{
          stepNumberLabel: words.wizard.step,
          collapsedStepsLabel: words.wizard.stepOf,
          navigationAriaLabel: words.wizard.steps,
          cancelButton: words.wizard.cancel,
          previousButton: words.wizard.previous,
          nextButton: words.wizard.next,
        }}
        onNavigate={({ detail }) => navigate(detail.requestedStepIndex)}
        onCancel={() => setLeaving(true)}
        onSubmit={submit}
        steps={[
          stepOf(words.wizard.general, <WizardGeneral {...shared} />),
          { ...stepOf(words.wizard.alerts, <WizardAlerts {...shared} />), isOptional: true },
          {
            ...stepOf(words.wizard.events, (
              <SpaceBetween size="l">
                <SelectorsForm text={draft.selectors} onChange={(selectors) => edit({ selectors })} />
                <Trial text={draft.selectors} />
              </SpaceBetween>
            )),
            description: words.wizard.eventsHelp,
          },
          {
            title: words.wizard.review,
            content: (
              <SpaceBetween size="l">
                {trouble !== undefined && (
                  <Alert type="error" header={<Shown text={trouble.title} />}>
                    <Shown text={trouble.message} /> {words.wizard.failed}
                  </Alert>
                )}
                <WizardReview {...shared} stages={stages} at={at} onEdit={(to) => change({ step: Math.min(to, REVIEW) })} />
              </SpaceBetween>
            ),
          },
        ]}
      />
      {isLeaving && (
        <Confirm
          title={words.wizard.giveUp}
          action={words.wizard.discard}
          act={async () => forget()}
          told={words.wizard.discarded}
          onCancel={() => setLeaving(false)}
          onDone={() => go(back)}
        >
          {words.wizard.giveUpText}
        </Confirm>
      )}
    </>
  );
}

const CONCERNED: Record<Stage, readonly (keyof Draft)[]> = {
  bucket: ["bucket", "isNewBucket"],
  policy: ["bucket", "isNewBucket", "prefix", "name", "region"],
  trail: [
    "name", "region", "bucket", "prefix", "key", "validates", "isMultiRegion", "includesGlobal", "isOrganization", "topic", "logGroup", "role",
  ],
  selectors: ["selectors", "name", "region"],
  logging: ["name", "region"],
};

const isChanged = (stage: Stage, part: Partial<Draft>): boolean => CONCERNED[stage].some((field) => field in part);
