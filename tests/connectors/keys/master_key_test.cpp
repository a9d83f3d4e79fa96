#include "keys/master_key.hpp"

#include <algorithm>
#include <fstream>

#include <gtest/gtest.h>

#include "crypto/base64.hpp"
#include "crypto/digest.hpp"
#include "keys_support.hpp"

namespace huiyin::keys {
namespace {

bool same(const SecretKey& left, const SecretKey& right) {
  return std::ranges::equal(left.bytes(), right.bytes());
}

TEST(MasterKey, IsReadAsHexadecimalOrBase64) {
  const SecretKey key = SecretKey::random();
  const std::string raw(reinterpret_cast<const char*>(key.bytes().data()), SecretKey::size);
  const auto hex = parse_master_key(" " + crypto::to_hex(key.bytes()) + "\n");
  ASSERT_TRUE(hex.has_value());
  EXPECT_TRUE(same(*hex, key));
  const auto base64 = parse_master_key(crypto::to_base64(raw));
  ASSERT_TRUE(base64.has_value());
  EXPECT_TRUE(same(*base64, key));
  for (const char* text : {"", "secret", "00112233", "zz"}) {
    const auto refused = parse_master_key(text);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().code, VaultErrorCode::invalid);
  }
}

TEST(MasterKey, IsMadeOnceAndForItsOwnerAlone) {
  const TemporaryDirectory directory;
  const auto file = directory.path() / "master.key";
  const auto absent = read_master_key(file);
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().code, VaultErrorCode::unavailable);

  const auto made = create_master_key(file);
  ASSERT_TRUE(made.has_value()) << made.error().detail;
  using std::filesystem::perms;
  EXPECT_EQ(std::filesystem::status(file).permissions(), perms::owner_read | perms::owner_write);
  const auto read = read_master_key(file);
  ASSERT_TRUE(read.has_value()) << read.error().detail;
  EXPECT_TRUE(same(*read, *made));

  const auto again = create_master_key(file);
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().code, VaultErrorCode::exists);

  std::filesystem::permissions(file, perms::group_read, std::filesystem::perm_options::add);
  const auto open_to_others = read_master_key(file);
  ASSERT_FALSE(open_to_others.has_value());
  EXPECT_NE(open_to_others.error().detail.find("chmod 600"), std::string::npos);
}

}  // namespace
}  // namespace huiyin::keys
