// The way in: through an identity provider, by name and password, or with an access key.
import Alert from "@cloudscape-design/components/alert";
import Button from "@cloudscape-design/components/button";
import Container from "@cloudscape-design/components/container";
import Form from "@cloudscape-design/components/form";
import Header from "@cloudscape-design/components/header";
import SegmentedControl from "@cloudscape-design/components/segmented-control";
import SpaceBetween from "@cloudscape-design/components/space-between";
import StatusIndicator from "@cloudscape-design/components/status-indicator";
import FormField from "@cloudscape-design/components/form-field";
import Input, { type InputProps } from "@cloudscape-design/components/input";
import { type FormEvent, type ReactNode, useEffect, useState } from "react";
import { usePlace } from "../app/location.ts";
import { fetchAhead } from "../app/Page.tsx";
import { type Trouble, troubleOf } from "../session/errors.ts";
import { type Refusal, signInAs } from "../session/password.ts";
import { leaveFor, type Provider, providers, returned, signInByCode } from "../session/provider.ts";
import { signIn, whyEnded } from "../session/session.ts";
import { words } from "../words.ts";

type Way = "key" | "password";

export function SignIn() {
  const [way, setWay] = useState<Way>("key");
  const { path } = usePlace();
  useEffect(() => fetchAhead(path), [path]);
  const ended = whyEnded();
  const { offers, isWaiting, trouble } = useProviders();
  return (
    <div className="narrow">
      <Container header={<Header variant="h1" description={words.signIn.intro}>{words.signIn.title}</Header>}>
        <SpaceBetween size="m">
          {ended !== undefined && <Alert type="info">{ended}</Alert>}
          {trouble !== undefined && <Alert type="error" header={words.signIn.providerRefused}>{trouble}</Alert>}
          {isWaiting && <StatusIndicator type="loading">{words.signIn.waiting}</StatusIndicator>}
          {offers.map((offer) => (
            <Button key={offer.name} fullWidth disabled={isWaiting} onClick={() => leaveFor(offer)}>
              {words.signIn.withProvider(offer.title)}
            </Button>
          ))}
          <SegmentedControl
            label={words.signIn.title}
            selectedId={way}
            options={[{ id: "key", text: words.signIn.withKey }, { id: "password", text: words.signIn.withPassword }]}
            onChange={({ detail }) => setWay(detail.selectedId === "password" ? "password" : "key")}
          />
          {way === "password" ? <WithPassword /> : <WithKey />}
        </SpaceBetween>
      </Container>
    </div>
  );
}

/** What this page was loaded with, until it is used. */
let back = returned;

function useProviders() {
  const [offers, setOffers] = useState<Provider[]>([]);
  const [isWaiting, setWaiting] = useState(back?.kind === "code");
  const [reason, setReason] = useState(back?.kind === "refused" ? back.reason : undefined);
  useEffect(() => {
    providers().then(setOffers);
    const shown = back;
    back = undefined;
    if (shown?.kind !== "code") return;
    signInByCode(shown.code)
      .catch(() => false)
      .then((isIn) => {
        setWaiting(false);
        if (!isIn) setReason("AuthenticationFailed");
      });
  }, []);
  const trouble = reason === undefined ? undefined : (words.signIn.providerReasons[reason] ?? words.signIn.providerFailed);
  return { offers, isWaiting, trouble };
}

interface SubmittedProps {
  /** Gives what to say when one is not in yet; nothing when one is. */
  attempt(): Promise<Trouble | undefined>;
  children: ReactNode;
}

/** A form with its button and what came of it. What was typed stays. */
function Submitted({ attempt, children }: SubmittedProps) {
  const [isWaiting, setWaiting] = useState(false);
  const [trouble, setTrouble] = useState<Trouble>();
  async function submit(event: FormEvent) {
    event.preventDefault();
    setWaiting(true);
    try {
      setTrouble(await attempt());
    } catch (error) {
      setTrouble(troubleOf(error));
    }
    setWaiting(false);
  }
  return (
    <form onSubmit={submit} noValidate>
      <Form actions={<Button variant="primary" formAction="submit" loading={isWaiting}>{words.signIn.submit}</Button>}>
        <SpaceBetween size="m">
          {trouble !== undefined && <Alert type="error" header={trouble.title}>{trouble.message}</Alert>}
          {children}
        </SpaceBetween>
      </Form>
    </form>
  );
}

interface TypedProps {
  label: string;
  help?: string;
  value: string;
  onChange(value: string): void;
  type?: InputProps.Type;
  autoComplete: string;
  hasFocus?: boolean;
}

function Typed({ label, help, value, onChange, type = "text", autoComplete, hasFocus = false }: TypedProps) {
  return (
    <FormField label={label} {...(help !== undefined && { description: help })}>
      <Input
        type={type}
        value={value}
        onChange={({ detail }) => onChange(detail.value)}
        autoComplete={autoComplete}
        autoFocus={hasFocus}
        spellcheck={false}
      />
    </FormField>
  );
}

function WithKey() {
  const [accessKeyId, setAccessKeyId] = useState("");
  const [secretAccessKey, setSecretAccessKey] = useState("");
  const [sessionToken, setSessionToken] = useState("");
  async function attempt(): Promise<Trouble | undefined> {
    const [id, secret, token] = [accessKeyId.trim(), secretAccessKey.trim(), sessionToken.trim()];
    if (id === "" || secret === "") return { title: words.signIn.refused, message: words.signIn.missing };
    try {
      await signIn({ accessKeyId: id, secretAccessKey: secret, ...(token !== "" && { sessionToken: token }) });
    } catch (error) {
      const { title, message } = troubleOf(error);
      return { title: title === words.errors.unreachable ? title : words.signIn.refused, message };
    }
  }
  return (
    <Submitted attempt={attempt}>
      <Typed label={words.signIn.accessKeyId} help={words.signIn.where} value={accessKeyId} onChange={setAccessKeyId} autoComplete="username" hasFocus />
      <Typed label={words.signIn.secretAccessKey} value={secretAccessKey} onChange={setSecretAccessKey} type="password" autoComplete="current-password" />
      <Typed label={words.signIn.sessionToken} help={words.signIn.sessionTokenHelp} value={sessionToken} onChange={setSessionToken} type="password" autoComplete="off" />
    </Submitted>
  );
}

function WithPassword() {
  const [account, setAccount] = useState("");
  const [userName, setUserName] = useState("");
  const [password, setPassword] = useState("");
  const [code, setCode] = useState<string>();
  const [newPassword, setNewPassword] = useState<string>();

  /** Opens the field that the server asks for. */
  function told(refusal: Refusal): Trouble {
    const title = words.signIn.passwordRefused;
    switch (refusal.kind) {
      case "needs-code":
        setCode("");
        return { title: words.signIn.code, message: words.signIn.needsCode };
      case "needs-new-password":
        setNewPassword("");
        // A code counts once: the next attempt takes another.
        if (code !== undefined) setCode("");
        return { title: words.signIn.newPassword, message: words.signIn.needsNewPassword };
      case "no-such-route":
        return { title, message: words.signIn.noPasswords };
      case "wait":
        return { title, message: words.signIn.wait(refusal.seconds) };
      case "refused":
        return { title, message: refusal.message };
    }
  }

  async function attempt(): Promise<Trouble | undefined> {
    if (password === "") return { title: words.signIn.passwordRefused, message: words.signIn.passwordMissing };
    const refusal = await signInAs({
      ...(account.trim() !== "" && { account: account.trim() }),
      ...(userName.trim() !== "" && { userName: userName.trim() }),
      password,
      ...(code?.trim() && { mfaCode: code.trim() }),
      ...(newPassword && { newPassword }),
    });
    return refusal === undefined ? undefined : told(refusal);
  }

  return (
    <Submitted attempt={attempt}>
      <Typed label={words.signIn.account} help={words.signIn.accountHelp} value={account} onChange={setAccount} autoComplete="organization" />
      <Typed label={words.signIn.userName} help={words.signIn.userNameHelp} value={userName} onChange={setUserName} autoComplete="username" hasFocus />
      <Typed label={words.signIn.password} value={password} onChange={setPassword} type="password" autoComplete="current-password" />
      {code !== undefined && (
        <Typed label={words.signIn.code} help={words.signIn.codeHelp} value={code} onChange={setCode} autoComplete="one-time-code" hasFocus />
      )}
      {newPassword !== undefined && (
        <Typed label={words.signIn.newPassword} help={words.signIn.newPasswordHelp} value={newPassword} onChange={setNewPassword} type="password" autoComplete="new-password" hasFocus />
      )}
    </Submitted>
  );
}
