// The way in.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import FormField from "@cloudscape-design/components/form-field";
import Header from "@cloudscape-design/components/header";
import Input from "@cloudscape-design/components/input";
import SpaceBetween from "@cloudscape-design/components/space-between";
import { type FormEvent, useState } from "react";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { signIn, whyEnded } from "../session/session.ts";
import { words } from "../words.ts";

export function SignIn() {
  const [accessKeyId, setAccessKeyId] = useState("");
  const [secretAccessKey, setSecretAccessKey] = useState("");
  const [sessionToken, setSessionToken] = useState("");
  const [isWaiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  const ended = whyEnded();

  async function submit(event: FormEvent) {
    event.preventDefault();
    if (accessKeyId.trim() === "" || secretAccessKey.trim() === "") {
      setTrouble({ title: words.signIn.refused, message: words.signIn.missing });
      return;
    }
    setWaiting(true);
    setTrouble(undefined);
    try {
      const token = sessionToken.trim();
      await signIn({
        accessKeyId: accessKeyId.trim(),
        secretAccessKey: secretAccessKey.trim(),
        ...(token !== "" && { sessionToken: token }),
      });
    } catch (error) {
      const { title, message } = troubleOf(error);
      setTrouble({ title: title === words.errors.unreachable ? title : words.signIn.refused, message });
      setWaiting(false);
    }
  }

  return (
    <div className="narrow">
      <form onSubmit={submit} noValidate>
        <Container header={<Header variant="h1" description={words.signIn.intro}>{words.signIn.title}</Header>}>
          <Form actions={<Button variant="primary" formAction="submit" loading={isWaiting}>{words.signIn.submit}</Button>}>
            <SpaceBetween size="m">
              {ended !== undefined && trouble === undefined && <Alert type="info">{ended}</Alert>}
              {trouble !== undefined && <Alert type="error" header={trouble.title}>{trouble.message}</Alert>}
              <FormField label={words.signIn.accessKeyId} description={words.signIn.where}>
                <Input
                  value={accessKeyId}
                  onChange={({ detail }) => setAccessKeyId(detail.value)}
                  autoFocus
                  autoComplete="username"
                  spellcheck={false}
                />
              </FormField>
              <FormField label={words.signIn.secretAccessKey}>
                <Input
                  type="password"
                  value={secretAccessKey}
                  onChange={({ detail }) => setSecretAccessKey(detail.value)}
                  autoComplete="current-password"
                />
              </FormField>
              <FormField label={words.signIn.sessionToken} description={words.signIn.sessionTokenHelp}>
                <Input type="password" value={sessionToken} onChange={({ detail }) => setSessionToken(detail.value)} autoComplete="off" />
              </FormField>
            </SpaceBetween>
          </Form>
        </Container>
      </form>
    </div>
  );
}
