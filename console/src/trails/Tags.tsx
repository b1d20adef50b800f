// A trail's tags, to read and to change.
import AttributeEditor from "@cloudscape-design/components/attribute-editor";
import Box from "@cloudscape-design/components/box";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import type { Tag } from "@aws-sdk/client-cloudtrail";
import { useDraft } from "../app/draft.ts";
import { Troubled } from "../app/Troubled.tsx";
import { useAct } from "../app/useAct.ts";
import { words } from "../words.ts";
import { changeTags } from "./trails.ts";

interface TagsProps {
  arn: string;
  tags: readonly Tag[];
  again(): void;
}

export function Tags({ arn, tags, again }: TagsProps) {
  const [{ items }, change, forget] = useDraft(`tags ${arn}`, () => ({ items: tags.map(({ Key = "", Value = "" }) => ({ Key, Value })) }));
  const { isWaiting, trouble, run } = useAct();
  const set = (at: number, part: Partial<Tag>) => change({ items: items.map((old, index) => (index === at ? { ...old, ...part } : old)) });
  const isChanged = JSON.stringify(items) !== JSON.stringify(tags.map(({ Key = "", Value = "" }) => ({ Key, Value })));
  const save = async () => {
    if (await run(() => changeTags(arn, tags, items), words.trail.tagsSaved)) {
      forget();
      again();
    }
  };
  return (
    <Container header={<Header counter={`(${tags.length})`}>{words.trails.tags}</Header>}>
      <SpaceBetween size="m">
        <Troubled trouble={trouble} />
        <AttributeEditor
          items={items}
          empty={words.trails.noTags}
          addButtonText={words.trail.addTag}
          removeButtonText={words.selectors.remove}
          removeButtonAriaLabel={({ Key }) => `${words.selectors.remove}: ${Key}`}
          onAddButtonClick={() => change({ items: [...items, { Key: "", Value: "" }] })}
          onRemoveButtonClick={({ detail }) => change({ items: items.filter((_, index) => index !== detail.itemIndex) })}
          definition={[
            { label: words.trail.tagKey, control: ({ Key }, at) => <Input value={Key} onChange={({ detail }) => set(at, { Key: detail.value })} /> },
            { label: words.trail.tagValue, control: ({ Value }, at) => <Input value={Value} onChange={({ detail }) => set(at, { Value: detail.value })} /> },
          ]}
        />
        <Box float="right">
          <Button variant="primary" disabled={!isChanged} loading={isWaiting} onClick={save}>{words.trail.saveTags}</Button>
        </Box>
      </SpaceBetween>
    </Container>
  );
}
