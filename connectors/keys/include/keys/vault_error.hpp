// Why the vault refuses.
#pragma once

#include <cstdint>
#include <string>

namespace huiyin::keys {

enum class VaultErrorCode : std::uint8_t {
  forgotten,    // the person's key was destroyed: nobody can read this any more
  unknown_key,  // this vault never had that key: another deployment's, or a vault that was lost
  wrong_key,    // the master key is not the one that the vault was made with
  tampered,     // the text, its case or its person is not what was sealed, or the vault is damaged
  invalid,      // what was given is no key, no person, no sealed text
  exists,       // a master key is there already
  full,         // no room on the disk; may work later
  unavailable,  // the file cannot be read or written
};

struct VaultError {
  VaultErrorCode code;
  std::string detail;  // never holds a secret or a plaintext
};

}  // namespace huiyin::keys
