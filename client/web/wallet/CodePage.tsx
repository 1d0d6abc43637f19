import { Card, List, Text, Title } from "@mantine/core";
import { Loading } from "../shared/Loading.tsx";
import { t } from "../shared/language.ts";
import { PageHead } from "../shared/PageHead.tsx";
import { ShowCode } from "../shared/ShowCode.tsx";
import { useClinicCode } from "./data.tsx";
import { Sorry } from "./Sorry.tsx";

/** What the clinic needs to make a record for this wallet, and nothing else. */
export function CodePage() {
  const code = useClinicCode();
  return (
    <>
      <PageHead
        title={t("My code for the clinic")}
        text={t(
          "Show it to your clinic, so that it can make a record that only this wallet can use.",
        )}
      />
      <Card maw={560}>
        {code.isPending && <Loading what={t("your code")} h={280} />}
        {code.isError && <Sorry problem={code.error} />}
        {code.data !== undefined && (
          <>
            <ShowCode text={code.data} label={t("Your code for the clinic")} />
            <Text
              size="sm"
              c="dimmed"
              className="breakable"
              mt="md"
              ta="center"
              data-testid="clinic-code"
            >
              {code.data}
            </Text>
          </>
        )}
      </Card>
      <Title order={2} size="h5" mt="lg" mb="xs">
        {t("Good to know")}
      </Title>
      <List size="sm" spacing={4} maw={640}>
        <List.Item>
          {t("The code is not your name and not your key: nobody can open your wallet with it.")}
        </List.Item>
        <List.Item>
          {t("It has a built-in check: a clinic that mistypes a letter is told at once.")}
        </List.Item>
        <List.Item>{t("Give it to clinics only. It is the same for all of them.")}</List.Item>
        <List.Item>
          {t(
            "Bring your identity document: the clinic notes it, so that a study site can recognise you.",
          )}
        </List.Item>
      </List>
    </>
  );
}
