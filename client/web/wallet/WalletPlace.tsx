import { PageHead } from "../shared/PageHead.tsx";

export default function WalletPlace() {
  return <PageHead title="Wallet" />;
}
